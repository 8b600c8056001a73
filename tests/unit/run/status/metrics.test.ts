import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { measureRun } from '../../../../src/run/status/metrics.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  returned,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const plan = planWith(['a1', 'a2', 'a3', 'a4'].map((id) => agentOf(id)));
/** Events are a second apart; the first dispatch is the fourth one, at 3 s. */
const measure = (events: readonly RunEvent[], after: number, done: readonly string[] = []) =>
  measureRun(
    snapshotOf({
      plan,
      events: [...confirmed, ...events],
      verdicts: Object.fromEntries(done.map((id) => [id, 'done'])),
      after,
    }),
  );

it('measures nothing before the first agent', () => {
  expect(measure([], 20_000)).toMatchObject({
    donePerHour: null,
    rework: null,
    integration: null,
    utilisation: null,
    remainingMs: null,
    elapsedMs: 0,
    peak: 0,
    slots: 12,
    headroom: 12,
  });
});

it('estimates the time left from the median of ended attempts, and the rate from the time so far', () => {
  const events = [
    dispatched('a1'),
    dispatched('a2'),
    returned('a1', 'done'),
    returned('a2', 'missing'),
    dispatched('a2', 2),
  ];
  // a1 ran 2 s; a2 repeats and has run 8 s, a3 and a4 are left.
  expect(measure(events, 15_000, ['a1'])).toMatchObject({
    donePerHour: 300,
    rework: 1 / 3,
    running: 1,
    peak: 2,
    headroom: 11,
    elapsedMs: 12_000,
    remainingMs: 1_333,
    utilisation: (2_000 + 2_000 + 8_000) / (12 * 12_000),
  });
});

it('takes the mean of the limits for a mix of models', () => {
  const mixed = planWith([agentOf('a1'), agentOf('a2', { model: 'opus' })]);
  expect(measureRun(snapshotOf({ plan: mixed, events: confirmed })).slots).toBe(6);
});

it('adds up how long gates, conflicts and gaps waited for a human', () => {
  const events: RunEvent[] = [
    { type: 'stage-checked', stage: 'ship', by: 's', ok: true, faults: [] },
    { type: 'gap', agent: 'a1', reason: 'x', by: 'engine' },
    { type: 'retried', agent: 'a1', reason: 'again' },
    { type: 'module-blocked', module: 'm', by: 'b', conflict: 'c' },
  ];
  // The gate since 3 s and the module since 6 s wait still; the gap waited 1 s.
  expect(measure(events, 10_000)).toMatchObject({ waitedMs: 7_000 + 1_000 + 4_000, waitingNow: 2 });
});

it('counts merges that failed against those that succeeded', () => {
  const merge = { module: 'm', source: 's', onto: 'o' };
  const events: RunEvent[] = [
    { type: 'merge-failed', ...merge, trouble: { kind: 'conflicts', paths: [] } as never },
    { type: 'module-merged', module: 'm', source: 't', commit: 'c' },
  ];
  expect(measure(events, 10_000).integration).toBe(0.5);
});
