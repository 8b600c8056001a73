import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, findBuild, type RunData } from '../harness/sao.ts';
import { scaled } from '../harness/scale.ts';

const built = findBuild();
const MODELS = ['haiku', 'sonnet', 'opus'] as const;

/** Pseudo-random numbers from 0 to 1, the same in each call with the same seed. */
function numbersFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

// Distinct seeds; in the first two runs, clients end without a result.
const SEEDS = Array.from({ length: scaled(2, 100) }, (_, n) => (3 + 5 * n) % 101);

it.each(SEEDS)(
  'a run never spends more than --max-cost, and never says that it has spent less than it has (run %i)',
  (seed) => {
    const random = numbersFrom(seed * 7919);
    const bench = new Bench(built.path, {
      SAO_CLAUDE: resolve('tests/harness/fake-claude.mjs'),
      FAKE_CLAUDE: `*=spends:${seed}`,
      SAO_BACKOFF_MS: '1',
    });
    bench.env.FAKE_TRACE = bench.trace;
    const workers = Array.from({ length: 2 + Math.floor(random() * 5) }, (_, n) => ({
      task: `Look at part ${n + 1}`,
      model: MODELS[Math.floor(random() * MODELS.length)],
    }));
    const run = bench.plan([{ id: 'd1', workers }]);
    const bound = Number((0.05 + random() * 1.5).toFixed(2));
    const schedule = random() < 0.5 ? 'waves' : 'rolling';
    const options = ['--max-cost', String(bound), '--schedule', schedule, '--json'];
    const { stdout } = bench.call('run', run.id, '--driver', 'claude', ...options);
    const { data } = JSON.parse(stdout) as { data: RunData };
    const spent = bench.traced('spent') as unknown as { cost: number; cap: number }[];
    const sum = spent.reduce((all, { cost }) => all + cost, 0);
    // The caps are printed with four digits.
    const rounding = 0.0001 * spent.length;
    expect(sum).toBeLessThanOrEqual(bound + rounding);
    expect(data.costUsd + rounding).toBeGreaterThanOrEqual(sum);
    expect(data.costUsd).toBeLessThanOrEqual(bound + rounding);
    for (const { cap } of spent) expect(cap).toBeLessThanOrEqual(bound);
    // Either everything was tried, or the run says why not.
    expect(data.counts.open === 0 || data.halted !== null).toBe(true);
  },
);
