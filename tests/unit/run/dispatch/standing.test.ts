import { describe, expect, it } from 'vitest';
import {
  endLostAttempts,
  gapsOf,
  isOverdue,
  standingOf,
  stateOf,
} from '../../../../src/run/dispatch/standing.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  entriesOf,
  planWith,
  returned,
  snapshotOf,
  type World,
} from '../../../harness/snapshots.ts';

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
      'marked as a gap by a human, with a file',
      world([{ type: 'gap', agent: 'a1', reason: 'x', by: 'user' }], { verdicts: { a1: 'done' } }),
      'gap',
    ],
    [
      'marked as a gap by the engine, with a file',
      world([{ type: 'gap', agent: 'a1', reason: 'x', by: 'engine' }], { verdicts: { a1: 'done' } }),
      'done',
    ],
  ])('%s', (_, given, standing) => {
    expect(standingOf(snapshotOf(given), agent)).toBe(standing);
  });
});

it('a gap of the engine whose late file was accepted and then changed says that it was changed', () => {
  const reason = 'there is no regular file at workers/a1.md';
  const events: RunEvent[] = [
    dispatched('a1'),
    returned('a1', 'missing'),
    { type: 'gap', agent: 'a1', reason, by: 'engine' },
  ];
  const reasonOf = (more: Partial<World>) => gapsOf(snapshotOf(world(events, more)))[0]?.reason;
  expect(reasonOf({ verdicts: { a1: 'changed' } })).toMatch(/was changed after it was accepted.*sao retry/);
  expect(reasonOf({})).toBe(reason);
});

it('two attempts without a file, whose late file was accepted and then changed, say that it was changed', () => {
  const events: RunEvent[] = [1, 2].flatMap((attempt) => [
    dispatched('a1', attempt),
    returned('a1', 'missing', attempt),
  ]);
  const { reason } = gapsOf(snapshotOf(world(events, { verdicts: { a1: 'changed' } })))[0] ?? {};
  expect(reason).toMatch(/was changed after it was accepted.*sao retry/);
});

describe('a coordinator that has nothing to read', () => {
  const workers = [agentOf('a1'), agentOf('a2')];
  const coordinator = agentOf('coord-d', {
    role: 'coordinator',
    inputs: ['a1', 'a2'],
    wave: 2,
    model: 'sonnet',
  });
  const top = agentOf('coord', { role: 'coordinator', inputs: ['coord-d'], wave: 3, model: 'sonnet' });
  const all = planWith([...workers, coordinator, top]);
  const gap = (id: string): RunEvent => ({ type: 'gap', agent: id, reason: 'x', by: 'engine' });
  const look = (events: readonly RunEvent[], more: Partial<World> = {}) =>
    snapshotOf(world(events, { plan: all, ...more }));

  it('is a gap itself, and so is the one above it, and both say why', () => {
    const snapshot = look([gap('a1'), gap('a2')]);
    expect([coordinator, top].map((one) => standingOf(snapshot, one))).toEqual(['gap', 'gap']);
    expect(gapsOf(snapshot, ['coord-d', 'coord']).map(({ reason }) => reason)).toEqual([
      'all that it was to read is a gap: a1, a2',
      'all that it was to read is a gap: coord-d',
    ]);
  });

  it.each<[string, RunEvent[], Partial<World>, string]>([
    ['one input is still to come', [gap('a1')], {}, 'ready'],
    ['one input is done', [gap('a1')], { verdicts: { a2: 'done' } }, 'ready'],
    ['it runs already, as in a tiered run', [dispatched('coord-d'), gap('a1'), gap('a2')], {}, 'running'],
    ['it is done', [gap('a1'), gap('a2')], { verdicts: { 'coord-d': 'done' } }, 'done'],
    [
      'an input is granted another attempt',
      [gap('a1'), gap('a2'), { type: 'retried', agent: 'a1', reason: 'asked for' }],
      {},
      'ready',
    ],
    [
      'it had an attempt',
      [dispatched('coord-d'), returned('coord-d', 'missing'), gap('a1'), gap('a2')],
      {},
      'gap',
    ],
  ])('%s: %s', (_, events, more, standing) => {
    expect(standingOf(look(events, more), coordinator)).toBe(standing);
  });

  it('is not its engine’s digest, which costs nothing and names the gaps', () => {
    const digest = { ...coordinator, kind: 'command' as const };
    expect(standingOf(look([gap('a1'), gap('a2')]), digest)).toBe('ready');
  });
});

describe('a coordinator that starts its own workers', () => {
  const coordinator = agentOf('coord-d', { role: 'coordinator', inputs: ['a1'], wave: 2, model: 'sonnet' });
  const plan = planWith([agentOf('a1'), coordinator]);
  const tiered: RunEvent = { type: 'driver-chosen', driver: 'tiered', by: 'engine' };
  const ended = returned('coord-d', 'done');

  it.each<[string, RunEvent[], Partial<World>, string]>([
    ['its file is complete and a worker has not started', [dispatched('coord-d')], {}, 'running'],
    ['the same after it has ended', [dispatched('coord-d'), ended], {}, 'retry'],
    [
      'and after its last attempt',
      [dispatched('coord-d'), ended, dispatched('coord-d', 2), { ...ended, attempt: 2 } as RunEvent],
      {},
      'gap',
    ],
    ['its worker is done', [dispatched('coord-d')], { verdicts: { 'coord-d': 'done', a1: 'done' } }, 'done'],
  ])('%s: %s', (_, events, more, standing) => {
    const verdicts = { 'coord-d': 'done' as const };
    const snapshot = snapshotOf(world([tiered, ...events], { plan, verdicts, ...more }));
    expect(standingOf(snapshot, coordinator)).toBe(standing);
  });

  it('whose client has died: its early file does not count', () => {
    const events = [tiered, dispatched('coord-d')];
    const verdicts = { 'coord-d': 'done' as const };
    const snapshot = snapshotOf(world(events, { plan, verdicts, orphaned: ['coord-d'] }));
    expect(endLostAttempts(snapshot)).toMatchObject([
      { type: 'returned', agent: 'coord-d', verdict: 'incomplete', isEarly: true },
    ]);
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

const NO_TOKENS = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
const capped: RunEvent = {
  type: 'dispatched',
  agent: 'a1',
  attempt: 1,
  driver: 'claude',
  wave: 1,
  maxUsd: 0.3,
};

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
      'counts the cap of an attempt of a dead owner',
      world([capped], { orphaned: ['a1'] }),
      [
        { type: 'spent', attempt: 1, costUsd: 0.3, isEstimate: true },
        { type: 'released', attempt: 1 },
      ],
    ],
    [
      'counts it where the file is done, too',
      world([capped], { orphaned: ['a1'], verdicts: { a1: 'done' } }),
      [
        { type: 'spent', costUsd: 0.3 },
        { type: 'returned', verdict: 'done' },
      ],
    ],
    [
      'counts no cap beside a known cost',
      world([capped, { type: 'spent', agent: 'a1', attempt: 1, costUsd: 0.1, ...NO_TOKENS }], {
        orphaned: ['a1'],
      }),
      [{ type: 'released', attempt: 1 }],
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
    const settled = endLostAttempts(snapshotOf(given));
    expect(settled).toEqual(events.map((event) => expect.objectContaining(event as object)));
    const after = snapshotOf({ ...given, events: [...(given.events ?? []), ...settled] });
    if (events.length > 0) expect(endLostAttempts(after)).toEqual([]);
  });
});

describe('gapsOf', () => {
  it.each<[string, RunEvent[], NonNullable<World['verdicts']>, RegExp]>([
    [
      'a human’s decision',
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
