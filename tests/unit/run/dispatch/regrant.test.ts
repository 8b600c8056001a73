import { describe, expect, it } from 'vitest';
import { decideGaps } from '../../../../src/run/dispatch/abandon.ts';
import { decideRegrant, grantEvents } from '../../../../src/run/dispatch/regrant.ts';
import { isWaitOver } from '../../../../src/run/dispatch/wait-over.ts';
import type { Driver } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  returned,
  snapshotOf,
  type World,
} from '../../../harness/snapshots.ts';

const coordinator = (id: string, inputs: string[], wave: number) =>
  agentOf(id, { role: 'coordinator', inputs, wave, output: `synthesis/${id}.md` });
const plan = planWith([
  agentOf('a1'),
  agentOf('a2'),
  coordinator('part', ['a1', 'a2'], 2),
  coordinator('top', ['part'], 3),
]);
const world = (events: readonly RunEvent[] = [], more: Partial<World> = {}): World => ({
  plan,
  events: [...confirmed, ...events],
  ...more,
});
const spent = (id: string): RunEvent[] => [
  dispatched(id),
  returned(id, 'missing'),
  dispatched(id, 2),
  returned(id, 'missing', 2),
];
const once: RunEvent[] = [dispatched('a1'), returned('a1', 'missing')];
const givenUp: RunEvent = { type: 'gap', agent: 'a1', reason: 'x', by: 'user' };

function regrant(given: World, ids: string[], force = false) {
  const result = decideRegrant(snapshotOf(given), ids, force);
  return result.ok ? result.value : result.diagnostics.map(({ code, target }) => [code, target]);
}

describe('a coordinator without anything to read', () => {
  const empty = world([...spent('a1'), ...spent('a2')]);

  it('is granted nothing alone: its inputs are what to retry', () => {
    expect(regrant(empty, ['part'])).toEqual([['agent-without-inputs', 'part']]);
  });

  it('is open again as soon as one of them is', () => {
    expect(regrant(empty, ['part', 'a1'])).toMatchObject([{ id: 'part' }, { id: 'a1', outcome: 'retry' }]);
  });
});

describe('a coordinator that is a gap of the engine', () => {
  const gapOf = (by: 'engine' | 'user'): RunEvent => ({ type: 'gap', agent: 'part', reason: 'x', by });

  it('is repeated with an agent that it reads; one that a human marked is not', () => {
    expect(regrant(world([...spent('a1'), gapOf('engine')]), ['a1'])).toEqual([
      { id: 'a1', outcome: 'retry', setAside: false },
      { id: 'part', outcome: 'redo', setAside: true },
    ]);
    expect(regrant(world([...spent('a1'), gapOf('user')]), ['a1'])).toMatchObject([{ id: 'a1' }]);
  });
});

describe('decideRegrant', () => {
  it.each<[string, World, boolean, unknown]>([
    [
      'one more attempt to a gap',
      world(spent('a1')),
      false,
      [{ id: 'a1', outcome: 'retry', setAside: false }],
    ],
    [
      'one more attempt for an agent that a human marked as a gap',
      world([givenUp]),
      false,
      [{ id: 'a1', outcome: 'retry', setAside: false }],
    ],
    [
      'nothing to one that has an attempt left',
      world(once),
      false,
      [{ id: 'a1', outcome: 'open', setAside: false }],
    ],
    [
      'its place back to a gap with a valid file',
      world([givenUp], { verdicts: { a1: 'done' } }),
      false,
      [{ id: 'a1', outcome: 'restored', setAside: false }],
    ],
    [
      'a new start to a done one, by force',
      world([], { verdicts: { a1: 'done' } }),
      true,
      [{ id: 'a1', outcome: 'retry', setAside: true }],
    ],
    [
      'a new start to the done coordinators above it',
      world(spent('a1'), { verdicts: { part: 'done', top: 'done' } }),
      false,
      [
        { id: 'a1', outcome: 'retry', setAside: false },
        { id: 'part', outcome: 'redo', setAside: true },
        { id: 'top', outcome: 'redo', setAside: true },
      ],
    ],
    [
      'nothing to coordinators that have not started',
      world(spent('a1'), { verdicts: { a2: 'done' } }),
      false,
      [{ id: 'a1', outcome: 'retry', setAside: false }],
    ],
  ])('gives %s', (_, given, force, grants) => {
    expect(regrant(given, ['a1'], force)).toEqual(grants);
  });

  it.each<[string, World, string[], unknown]>([
    ['an unknown agent', world(), ['a9'], [['agent-unknown', 'a9']]],
    ['a path', world(), ['../x'], [['agent-unknown', '../x']]],
    ['a running agent', world([dispatched('a1')]), ['a1'], [['agent-running', 'a1']]],
    ['one that never started', world(), ['a1'], [['agent-not-started', 'a1']]],
    ['a done one without force', world([], { verdicts: { a1: 'done' } }), ['a1'], [['agent-done', 'a1']]],
    [
      'all when one is refused',
      world(spent('a1')),
      ['a1', 'a2', 'zz'],
      [
        ['agent-not-started', 'a2'],
        ['agent-unknown', 'zz'],
      ],
    ],
    [
      'while a coordinator reads its file',
      world([...spent('a1'), dispatched('part')]),
      ['a1'],
      [['agent-not-granted', 'part']],
    ],
    ['without a plan', { events: confirmed }, ['a1'], [['agent-not-granted', expect.any(String)]]],
  ])('refuses %s', (_, given, ids, problems) => {
    expect(regrant(given, ids)).toEqual(problems);
  });

  it('takes an id that is named twice once, and a coordinator that is named itself as asked', () => {
    const given = world(spent('a1'), { verdicts: { part: 'done' } });
    expect(regrant(given, ['a1', 'a1', 'part'], true)).toEqual([
      { id: 'a1', outcome: 'retry', setAside: false },
      { id: 'part', outcome: 'retry', setAside: true },
    ]);
  });

  it('writes nothing into the ledger for one that has an attempt left', () => {
    const grants = decideRegrant(snapshotOf(world(once)), ['a1'], false);
    expect(grants.ok && grantEvents(grants.value)).toEqual([]);
  });
});

describe('decideGaps', () => {
  const gaps = (given: World, ids: string[], reason = 'the service is down') => {
    const result = decideGaps(snapshotOf(given), ids, reason);
    return result.ok ? result.value : result.diagnostics.map(({ message }) => message);
  };

  it.each<[string, World]>([
    ['ready', world()],
    ['with an attempt left', world(once)],
    ['a gap already', world(spent('a1'))],
  ])('gives up an agent that is %s', (_, given) => {
    expect(gaps(given, ['a1', 'a1'])).toEqual([
      { type: 'gap', agent: 'a1', reason: 'the service is down', by: 'user' },
    ]);
  });

  it.each<[string, World, string[], RegExp]>([
    ['a done one', world([], { verdicts: { a1: 'done' } }), ['a1'], /valid file/],
    ['a running one', world([dispatched('a1')]), ['a1'], /300 s/],
    ['an unknown one', world(), ['a9'], /no agent "a9"/],
    ['what is no id', world(), ['a\u001b[31m'], /"a\\u001b/],
    ['without a plan', { events: confirmed }, ['a1'], /no plan/],
  ])('refuses %s', (_, given, ids, message) => {
    expect(gaps(given, ids)).toEqual([expect.stringMatching(message)]);
  });

  it.each(['', '  ', 'a\nb', 'a\u001b[2J', 'x'.repeat(301)])('refuses %j as a reason', (reason) => {
    expect(gaps(world(), ['a1'], reason)).toEqual([expect.stringMatching(/one line/)]);
  });
});

describe('isWaitOver', () => {
  const [a1] = plan.agents;
  const over = (given: World) => a1 && isWaitOver(snapshotOf(given), [a1]);
  const carried = (driver: Driver): RunEvent[] => [
    { type: 'dispatched', agent: 'a2', attempt: 1, driver, wave: 1 },
    returned('a2', 'missing'),
  ];

  it.each<[string, World, boolean]>([
    ['it runs', world([dispatched('a1')]), false],
    ['it is done', world([dispatched('a1')], { verdicts: { a1: 'done' } }), true],
    ['it is a gap', world(spent('a1')), true],
    ['nothing was dispatched yet', world(), false],
    ['it has an attempt left that only the one who waits can start', world(once), true],
    ['another one still runs', world([...once, dispatched('a2')]), false],
    ['a running headless runner', world(carried('claude')), false],
    ['a session would have to go on', world(carried('agent')), true],
    ['the run is halted', world([...carried('claude'), { type: 'halted', reason: 'cost' }]), true],
  ])('when %s', (_, given, isOver) => {
    expect(over(given)).toBe(isOver);
  });
});
