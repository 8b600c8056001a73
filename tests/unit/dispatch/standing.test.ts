import { describe, expect, it } from 'vitest';
import { gapsOf, isOverdue, settleAttempts, standingOf, stateOf } from '../../../src/dispatch/standing.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  entriesOf,
  planWith,
  returned,
  snapshotOf,
  type World,
} from '../../harness/snapshots.ts';

const agent = agentOf('a1', { timeout: 60 });
const plan = planWith([agent]);
const world = (events: readonly RunEvent[], more: Partial<World> = {}): World => ({
  plan,
  events: [...confirmed, ...events],
  ...more,
});
/** When the attempt of `dispatched` began, and its time is up. */
const BEGAN = entriesOf(confirmed).length * 1000;
const UP = BEGAN + 60_000 + 30_000;

describe('standingOf', () => {
  it.each<[string, World, string]>([
    ['nothing yet', world([]), 'ready'],
    ['dispatched', world([dispatched('a1')]), 'running'],
    ['dispatched, and its file is done', world([dispatched('a1')], { verdicts: { a1: 'done' } }), 'done'],
    ['returned without a file', world([dispatched('a1'), returned('a1', 'missing')]), 'retry'],
    [
      'its file reports an error',
      world([dispatched('a1'), returned('a1', 'failed')], { verdicts: { a1: 'failed' } }),
      'retry',
    ],
    [
      'two attempts without a file',
      world([dispatched('a1'), returned('a1', 'empty'), dispatched('a1', 2), returned('a1', 'empty', 2)]),
      'gap',
    ],
    [
      'given up by a person, with a file',
      world([{ type: 'gap', agent: 'a1', reason: 'x', by: 'user' }], { verdicts: { a1: 'done' } }),
      'gap',
    ],
    [
      'given up by the engine, with a file',
      world([{ type: 'gap', agent: 'a1', reason: 'x', by: 'engine' }], { verdicts: { a1: 'done' } }),
      'done',
    ],
  ])('%s', (_, given, standing) => {
    expect(standingOf(snapshotOf(given), agent)).toBe(standing);
  });
});

describe('isOverdue', () => {
  const stateAt = (events: readonly RunEvent[]) => stateOf(snapshotOf(world(events)), 'a1');
  const start = Date.parse(entriesOf(confirmed)[0]?.at ?? '');

  it.each([
    ['an attempt at its time', [dispatched('a1')], UP, false],
    ['an attempt after its time', [dispatched('a1')], UP + 1, true],
    [
      'one that was sent back has it once more',
      [dispatched('a1'), { type: 'sent-back', agent: 'a1', attempt: 1, fault: 'x' } as const],
      UP + 60_000,
      false,
    ],
    [
      'and no longer',
      [dispatched('a1'), { type: 'sent-back', agent: 'a1', attempt: 1, fault: 'x' } as const],
      UP + 60_001,
      true,
    ],
    ['one that has returned', [dispatched('a1'), returned('a1', 'missing')], UP * 10, false],
  ])('%s', (_, events, after, isOver) => {
    expect(isOverdue(agent, stateAt(events), start + after)).toBe(isOver);
  });
});

describe('settleAttempts', () => {
  it.each<[string, World, unknown[]]>([
    ['leaves a running attempt alone', world([dispatched('a1')]), []],
    [
      'gives back the attempt of a dead owner',
      world([dispatched('a1')], { orphaned: ['a1'] }),
      [{ type: 'released', attempt: 1 }],
    ],
    [
      'ends the attempt of a dead owner whose file is done',
      world([dispatched('a1')], { orphaned: ['a1'], verdicts: { a1: 'done' } }),
      [{ type: 'returned', verdict: 'done', attempt: 1 }],
    ],
    [
      'ends an attempt that is out of time',
      world([dispatched('a1')], { after: UP + 1 }),
      [{ type: 'returned', verdict: 'missing', fault: expect.stringContaining('60 s') }],
    ],
    [
      'says no fault of one whose file is done',
      world([dispatched('a1')], { after: UP + 1, verdicts: { a1: 'done' } }),
      [{ type: 'returned', verdict: 'done' }],
    ],
  ])('%s', (_, given, events) => {
    const settled = settleAttempts(snapshotOf(given));
    expect(settled).toEqual(events.map((event) => expect.objectContaining(event as object)));
    const after = snapshotOf({ ...given, events: [...(given.events ?? []), ...settled] });
    if (events.length > 0) expect(settleAttempts(after)).toEqual([]);
  });
});

describe('gapsOf', () => {
  it.each<[string, RunEvent[], NonNullable<World['verdicts']>, RegExp]>([
    [
      'what a person said',
      [{ type: 'gap', agent: 'a1', reason: 'the service is down', by: 'user' }],
      {},
      /service is down/,
    ],
    ['that its file reports an error', [], { a1: 'failed' }, /reports an error/],
    ['its last fault', [], {}, /two lines/],
  ])('tells %s', (_, events, verdicts, reason) => {
    const spent: RunEvent[] = [
      dispatched('a1'),
      returned('a1', 'missing'),
      dispatched('a1', 2),
      { ...returned('a1', 'missing', 2), fault: 'two lines' } as RunEvent,
    ];
    expect(gapsOf(snapshotOf(world([...spent, ...events], { verdicts })))).toMatchObject([
      { id: 'a1', reason: expect.stringMatching(reason), attempts: 2 },
    ]);
  });
});
