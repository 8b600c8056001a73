import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound, simulate, type TimedTask } from '../../../scripts/bench/simulate.ts';
import {
  buildTaskGraph,
  chooseStarts,
  type Schedule,
  type ScheduledAgent,
  type TaskStanding,
} from '../../../src/headless/schedule.ts';
import { DEFAULT_LIMITS, type Model } from '../../../src/run/ledger/manifest.ts';
import { addLoad, isWithin, NO_LOAD } from '../../../src/run/plan/waves.ts';

const task = (id: string, model: Model | null, wave = 1, needs: string[] = []): ScheduledAgent => ({
  id,
  model,
  wave,
  needs,
});
const pick = (
  tasks: ScheduledAgent[],
  standings: Record<string, TaskStanding>,
  schedule: Schedule = 'waves',
) =>
  chooseStarts(buildTaskGraph(tasks), (id) => standings[id] ?? 'open', {
    schedule,
    limits: DEFAULT_LIMITS,
    expected: () => 1,
  });

/** Tasks whose needs are of an earlier wave, with the seconds that each takes. */
const mixes = fc
  .array(
    fc.record({
      model: fc.constantFrom<Model | null>('haiku', 'sonnet', 'opus', null),
      wave: fc.integer({ min: 1, max: 4 }),
      seconds: fc.integer({ min: 1, max: 300 }),
      seeds: fc.array(fc.nat(), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn): TimedTask[] =>
    drawn.map(({ model, wave, seconds, seeds }, index) => {
      const earlier = drawn.flatMap((other, i) => (other.wave < wave ? [`t${i}`] : []));
      const needs = earlier.length > 0 ? seeds.map((seed) => earlier[seed % earlier.length] ?? '') : [];
      return { id: `t${index}`, model, wave, seconds, needs: [...new Set(needs)] };
    }),
  );

const schedules = fc.constantFrom<Schedule>('waves', 'rolling');

describe('pickStarts', () => {
  it('fills the first wave that is not settled, first attempts before second ones', () => {
    const tasks = [task('a', 'opus'), task('b', 'opus'), task('c', 'haiku'), task('d', 'haiku', 2)];
    expect(pick(tasks, { a: 'retry', b: 'settled' })).toEqual(['c', 'a']);
    expect(pick(tasks, { a: 'settled', b: 'settled', c: 'running' })).toEqual([]);
    expect(pick(tasks, { a: 'settled', b: 'settled', c: 'settled' })).toEqual(['d']);
  });

  it('rolling: starts ready agents of any wave, first those with the most dependants', () => {
    const tasks = [
      task('a', 'haiku'),
      task('b', 'haiku'),
      task('c', 'haiku', 2, ['b']),
      task('d', 'sonnet', 3, ['a']),
      task('e', 'sonnet', 3, ['c']),
    ];
    expect(pick(tasks, {}, 'rolling')).toEqual(['b', 'a']);
    expect(pick(tasks, { a: 'settled', b: 'running' }, 'rolling')).toEqual(['d']);
  });

  it('leaves alone what is held', () => {
    expect(pick([task('a', 'haiku'), task('b', null)], { a: 'held' })).toEqual(['b']);
    expect(pick([task('a', 'haiku'), task('b', null, 2)], { a: 'held' })).toEqual([]);
  });

  it('is never over capacity and never before what is needed', () => {
    fc.assert(
      fc.property(mixes, schedules, (tasks, schedule) => {
        const { starts } = simulate(tasks, schedule, DEFAULT_LIMITS);
        const end = (id: string) => (starts.get(id) ?? 0) + (tasks.find((t) => t.id === id)?.seconds ?? 0);
        for (const { id, needs } of tasks) {
          const at = starts.get(id) ?? Number.NaN;
          expect(needs.every((need) => end(need) <= at)).toBe(true);
          const beside = tasks.filter((other) => (starts.get(other.id) ?? 0) <= at && end(other.id) > at);
          const load = beside.reduce((sum, other) => addLoad(sum, other, DEFAULT_LIMITS), NO_LOAD);
          expect(isWithin(load, DEFAULT_LIMITS)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('starts everything in the end, and never beats the lower bound', () => {
    fc.assert(
      fc.property(mixes, schedules, fc.boolean(), (tasks, schedule, foresees) => {
        const { starts, makespan } = simulate(tasks, schedule, DEFAULT_LIMITS, foresees);
        expect(starts.size).toBe(tasks.length);
        expect(makespan).toBeGreaterThanOrEqual(lowerBound(tasks, DEFAULT_LIMITS) - 1e-6);
      }),
      { numRuns: 200 },
    );
  });
});
