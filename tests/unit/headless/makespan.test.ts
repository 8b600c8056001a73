import { describe, expect, it } from 'vitest';
import { lowerBound, simulate, type TimedTask } from '../../../scripts/bench/simulate.ts';
import { taskOf } from '../../../src/headless/schedule.ts';
import { DEFAULT_LIMITS } from '../../../src/run/ledger/manifest.ts';
import { assemblePlan } from '../../../src/run/plan/assemble.ts';
import { unwrap } from '../../../src/system/result.ts';

const MODELS = ['haiku', 'sonnet', 'opus'] as const;

/** A plan of four domains; its workers take 30 to 300 s, spread evenly over the logarithm. */
function makeMix(workers: number, random: () => number): TimedTask[] {
  const domains = Array.from({ length: 4 }, (_, d) => ({
    id: `d${d}`,
    workers: Array.from({ length: workers / 4 }, () => ({
      task: 'Look',
      model: MODELS[Math.floor(random() * MODELS.length)] ?? 'haiku',
    })),
  }));
  const plan = unwrap(
    assemblePlan({ version: 1, domains }, { task: 'Look', limits: DEFAULT_LIMITS }, () => []),
  );
  return plan.agents.map((agent) => ({
    ...taskOf(agent),
    seconds: agent.role === 'worker' ? 30 * 10 ** random() : 30 + 30 * random(),
  }));
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the makespan', () => {
  const mixes = Array.from({ length: 20 }, (_, seed) => makeMix(96, randomOf(seed + 1)));
  const ratios = (schedule: 'waves' | 'rolling', foresees = true) =>
    mixes.map(
      (mix) => simulate(mix, schedule, DEFAULT_LIMITS, foresees).makespan / lowerBound(mix, DEFAULT_LIMITS),
    );

  it('of the rolling schedule is within 1.1 of the shortest that is possible, coordinators included', () => {
    expect(Math.max(...ratios('rolling'))).toBeLessThanOrEqual(1.1);
  });

  it('of the waves is what every wave’s slowest agent makes of it', () => {
    expect(Math.min(...ratios('waves'))).toBeGreaterThan(Math.max(...ratios('rolling', false)));
  });
});
