import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideNext } from '../../../../src/run/dispatch/next.ts';
import { dispatchPrompt, parseReference } from '../../../../src/run/dispatch/reference.ts';
import { DEFAULT_LIMITS } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import type { Verdict } from '../../../../src/run/outputs/sentinel.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  RUN,
  returned,
  snapshotOf,
  type World,
} from '../../../harness/snapshots.ts';

const two = planWith([
  agentOf('a1'),
  agentOf('a2'),
  agentOf('coord-d', {
    role: 'coordinator',
    wave: 2,
    inputs: ['a1', 'a2'],
    output: 'synthesis/d.md',
    model: 'sonnet',
    returns: 'summary',
  }),
]);
const command = agentOf('c1', { kind: 'command', model: null, command: ['ls'] });
const world = (more: Partial<World> = {}): World => ({ plan: two, events: confirmed, ...more });
const spent = (id: string): RunEvent[] => [
  dispatched(id),
  returned(id, 'missing'),
  dispatched(id, 2),
  returned(id, 'missing', 2),
];
const allDone = { a1: 'done', a2: 'done', 'coord-d': 'done' } as const;
const limited = (model?: 'haiku' | 'sonnet'): RunEvent => ({
  type: 'rate-limited',
  agent: 'a1',
  attempt: 1,
  waitMs: 0,
  kind: 'usage',
  ...(model ? { model } : {}),
  until: '2026-01-02T06:00:00.000Z',
  text: 'session limit',
});
const reported: RunEvent = { type: 'reported', findings: { critical: 0, major: 0, minor: 0 }, gaps: 0 };

/** what is on disk, the action, its agents */
const TABLE: [string, World, string, string[]?][] = [
  ['no plan', { events: confirmed }, 'plan'],
  ['a plan that the user has not seen', world({ events: confirmed.slice(0, 2) }), 'confirm'],
  ['a plan that the user wants', world(), 'dispatch', ['a1', 'a2']],
  [
    'dispatches without a confirmation',
    world({ events: [...confirmed.slice(0, 2), dispatched('a1')] }),
    'confirm',
  ],
  ['a run that is halted', world({ events: [...confirmed, { type: 'halted', reason: 'cost' }] }), 'halted'],
  [
    'a run that is resumed',
    world({ events: [...confirmed, { type: 'halted', reason: 'cost' }, { type: 'resumed' }] }),
    'dispatch',
    ['a1', 'a2'],
  ],
  ['one running, one ready', world({ events: [...confirmed, dispatched('a1')] }), 'dispatch', ['a2']],
  ['both running', world({ events: [...confirmed, dispatched('a1'), dispatched('a2')] }), 'wait'],
  [
    'one done, one running',
    world({ events: [...confirmed, dispatched('a1'), dispatched('a2')], verdicts: { a1: 'done' } }),
    'wait',
  ],
  [
    'one failed while the other runs',
    world({ events: [...confirmed, dispatched('a1'), dispatched('a2'), returned('a1', 'missing')] }),
    'wait',
  ],
  [
    'one failed',
    world({
      events: [...confirmed, dispatched('a1'), returned('a1', 'incomplete')],
      verdicts: { a1: 'incomplete', a2: 'done' },
    }),
    'retry',
    ['a1'],
  ],
  ['both done', world({ verdicts: { a1: 'done', a2: 'done' } }), 'coordinate', ['coord-d']],
  [
    'one a gap, one done',
    world({ events: [...confirmed, ...spent('a1')], verdicts: { a2: 'done' } }),
    'coordinate',
    ['coord-d'],
  ],
  [
    'both marked as gaps by the user',
    world({
      events: [
        ...confirmed,
        { type: 'gap', agent: 'a1', reason: 'x', by: 'user' },
        { type: 'gap', agent: 'a2', reason: 'x', by: 'user' },
      ],
    }),
    'report',
  ],
  [
    'a file that was there before its agent ever ran',
    world({ verdicts: { a1: 'done' } }),
    'dispatch',
    ['a2'],
  ],
  ['everything done', world({ verdicts: allDone }), 'report'],
  ['everything reported', world({ events: [...confirmed, reported], verdicts: allDone }), 'done'],
  [
    'a retry after the report',
    world({
      events: [...confirmed, reported, { type: 'retried', agent: 'a1', reason: 'x' }],
      verdicts: { ...allDone, a1: 'missing' },
    }),
    'dispatch',
    ['a1'],
  ],
  [
    'a gap whose file turned up late',
    world({
      events: [...confirmed, ...spent('a1'), { type: 'gap', agent: 'a1', reason: 'x', by: 'engine' }],
      verdicts: { a1: 'done', a2: 'done' },
    }),
    'coordinate',
    ['coord-d'],
  ],
  ['a command worker', world({ plan: planWith([command, agentOf('a1')]) }), 'run'],
  [
    'a command worker that runs beside an agent',
    world({ plan: planWith([command, agentOf('a1')]), events: [...confirmed, dispatched('c1')] }),
    'dispatch',
    ['a1'],
  ],
  [
    'a command worker that has failed',
    world({ plan: planWith([command]), events: [...confirmed, dispatched('c1'), returned('c1', 'missing')] }),
    'run',
  ],
];

describe('decideNext', () => {
  it.each(TABLE)('%s', (_, given, action, agents) => {
    const answer = decideNext(snapshotOf(given));
    expect(answer.action).toBe(action);
    expect(answer.agents?.map(({ id }) => id)).toEqual(agents);
    expect(answer.run).toBe(RUN);
    expect(answer.message).not.toBe('');
  });

  it('shows the domains of a plan that is not confirmed', () => {
    const snapshot = snapshotOf(world({ events: confirmed.slice(0, 2) }));
    expect(decideNext(snapshot).shown).toEqual(['- d, 2 haiku']);
  });

  it('answers the same when asked twice', () => {
    for (const [, given] of TABLE) {
      const snapshot = snapshotOf(given);
      const before = JSON.stringify([...snapshot.state.agents]);
      expect(decideNext(snapshot)).toEqual(decideNext(snapshot));
      expect(JSON.stringify([...snapshot.state.agents])).toBe(before);
    }
  });

  it('names no more agents than fit beside those that run', () => {
    const opus = ['o1', 'o2', 'o3', 'o4', 'o5'].map((id) => agentOf(id, { model: 'opus' }));
    const events = [...confirmed, dispatched('o1'), dispatched('o2')];
    expect(decideNext(snapshotOf({ plan: planWith(opus), events })).agents?.map(({ id }) => id)).toEqual([
      'o3',
      'o4',
    ]);
  });

  it('waits for agents of a later wave when an earlier one is granted again and there is no room', () => {
    const late = ['o1', 'o2', 'o3', 'o4'].map((id) => agentOf(id, { model: 'opus', wave: 2 }));
    const plan = planWith([agentOf('a1', { model: 'opus' }), ...late]);
    const events = [
      ...confirmed,
      ...spent('a1'),
      ...late.map(({ id }) => dispatched(id)),
      { type: 'retried', agent: 'a1', reason: 'x' } as const,
    ];
    expect(decideNext(snapshotOf({ plan, events }))).toMatchObject({ action: 'wait', wave: 2 });
  });

  it('always names an agent to dispatch, in any state', () => {
    const ids = ['a1', 'a2', 'b1', 'b2', 'c1', 'coord-d'];
    const plan = planWith([
      agentOf('a1', { model: 'opus' }),
      agentOf('a2', { model: 'opus' }),
      agentOf('b1', { model: 'opus', wave: 2 }),
      agentOf('b2', { model: 'sonnet', wave: 2 }),
      { ...command, wave: 2 },
      agentOf('coord-d', { role: 'coordinator', wave: 3, model: 'sonnet' }),
    ]);
    const event = fc
      .tuple(fc.constantFrom(...ids), fc.nat(4), fc.integer({ min: 1, max: 3 }))
      .map(([id, kind, attempt]): RunEvent => {
        if (kind === 0) return { type: 'retried', agent: id, reason: 'x' };
        if (kind === 1) return { type: 'gap', agent: id, reason: 'x', by: 'user' };
        return kind === 2 ? returned(id, 'missing', attempt) : dispatched(id, attempt);
      });
    const verdicts = fc.dictionary(
      fc.constantFrom(...ids),
      fc.constantFrom<Verdict>('done', 'failed', 'missing'),
    );
    const limits = fc.integer({ min: 1, max: 4 }).map((total) => ({ ...DEFAULT_LIMITS, total }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 15 }), verdicts, limits, (events, files, bound) => {
        const answer = decideNext(
          snapshotOf({ plan, events: [...confirmed, ...events], verdicts: files, limits: bound }),
        );
        if (answer.agents) expect(answer.agents.length).toBeGreaterThan(0);
        if (answer.action === 'dispatch' || answer.action === 'retry') expect(answer.agents).toBeDefined();
      }),
    );
  });
});

describe('a dispatch prompt', () => {
  it('names run and agent, and what to do without hooks', () => {
    const prompt = dispatchPrompt(RUN, 'a1');
    expect(parseReference(prompt)).toEqual({ run: RUN, id: 'a1' });
    expect(prompt).toContain(`sao prompt ${RUN} a1 --start`);
  });

  it.each(['', 'Look at sao:x/y', 'sao:x', 'sao:x/', 'sao:/y', 'sao:x/y z', 'xsao:x/y'])(
    'is not %j',
    (prompt) => {
      expect(parseReference(prompt)).toBeUndefined();
    },
  );

  it.each([` sao:${RUN}/a1`, `sao:${RUN}/a1\r\nmore`, `\n\nsao:${RUN}/a1  `])('is also %j', (prompt) => {
    expect(parseReference(prompt)).toEqual({ run: RUN, id: 'a1' });
  });
});

it('dispatches nothing of a plan that was changed after it was accepted', () => {
  const action = decideNext(snapshotOf(world({ planChanged: true })));
  expect(action).toMatchObject({
    action: 'ask',
    message: expect.stringContaining('not the plan that was accepted'),
  });
  expect(action.agents).toBeUndefined();
});

describe('while the service refuses agents', () => {
  const next = (events: RunEvent[], more: Partial<World> = {}, driver?: 'workflow' | 'tiered') =>
    decideNext(snapshotOf(world({ events: [...confirmed, ...events], ...more })), driver);

  it.each([undefined, 'workflow'] as const)(
    'waits for the end of a limit, and says when it is (%s)',
    (driver) => {
      const action = next([dispatched('a1'), limited()], {}, driver);
      expect(action).toMatchObject({ action: 'wait', until: '2026-01-02T06:00:00.000Z' });
      expect(action.agents).toBeUndefined();
      expect(action.command).toBeUndefined();
      expect(action.message).toMatch(
        /^The account's limit is used up until .*\(in 2h\): session limit\. Nothing starts before\. Tell the user and end your turn/,
      );
    },
  );

  it('goes on after it', () => {
    const action = next([dispatched('a1'), limited()], { after: 3 * 3_600_000 });
    expect(action).toMatchObject({ action: 'dispatch' });
    expect(action.agents).toHaveLength(2);
  });

  it('waits for the agents that still run first', () => {
    expect(next([dispatched('a1'), dispatched('a2'), limited()])).toMatchObject({
      action: 'wait',
      message: expect.stringContaining('1 still running'),
    });
  });

  it('dispatches the models that are not refused', () => {
    const mixed = planWith([agentOf('a1'), agentOf('a2', { model: 'sonnet' })]);
    const action = next([dispatched('a1'), limited('haiku')], { plan: mixed });
    expect(action.agents?.map(({ prompt }) => parseReference(prompt)?.id)).toEqual(['a2']);
  });

  it('asks to run the command again after a blip', () => {
    const blip: RunEvent = {
      type: 'rate-limited',
      agent: 'a1',
      attempt: 1,
      waitMs: 40_000,
      kind: 'blip',
      model: 'haiku',
    };
    const action = next([dispatched('a1'), blip]);
    expect(action).toMatchObject({ action: 'wait', command: `sao next ${RUN}` });
    expect(action.message).toMatch(/^The service refuses agents for \d\ds\. Run the command\.$/);
  });

  it('says so to each coordinator of a tiered run', () => {
    const chosen: RunEvent = { type: 'driver-chosen', driver: 'tiered' };
    expect(next([chosen, dispatched('a1'), limited('sonnet')], {}, 'tiered')).toMatchObject({
      action: 'wait',
      until: '2026-01-02T06:00:00.000Z',
    });
  });
});
