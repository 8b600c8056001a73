import { expect, it } from 'vitest';
import { decideNext } from '../../../../src/run/dispatch/next.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { listNeeds } from '../../../../src/run/status/needs.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  RUN,
  returned,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const plan = planWith([agentOf('a1'), agentOf('a2')]);
const withCommand = planWith([agentOf('c1', { kind: 'command', command: ['npm', 'test'] })]);
const gap = (agent: string, by: 'user' | 'engine'): RunEvent => ({ type: 'gap', agent, reason: 'x', by });
const needs = (given: Parameters<typeof snapshotOf>[0]) => {
  const snapshot = snapshotOf(given);
  return listNeeds(snapshot, decideNext(snapshot, 'agent'));
};

it.each([
  ['a plan without a confirmation', { plan, events: [] }, 'plan', `sao next ${RUN} --confirm`],
  [
    'commands without an approval',
    { plan: withCommand, events: confirmed },
    'commands',
    `sao run ${RUN} --commands`,
  ],
  [
    'a halted run',
    { plan, events: [...confirmed, { type: 'halted', reason: 'cost' } as const] },
    'halt',
    `sao run ${RUN}`,
  ],
  ['a gap', { plan, events: [...confirmed, gap('a2', 'engine')] }, 'gaps', `sao retry ${RUN} a2`],
])('%s needs a human, with the command that answers it', (_, given, kind, command) => {
  expect(needs(given)).toMatchObject([{ kind, command }]);
});

it.each([
  ['agents at work', [dispatched('a1')]],
  ['a gap that the user has made', [gap('a1', 'user'), gap('a2', 'user')]],
  ['an attempt that is left', [dispatched('a1'), returned('a1', 'missing')]],
])('%s need no human', (_, events) => {
  expect(needs({ plan, events: [...confirmed, ...events] })).toEqual([]);
});

it('names a used-up limit with its end, and not a short refusal', () => {
  const limited = (kind: 'usage' | 'blip', agent: string): RunEvent => ({
    type: 'rate-limited',
    agent,
    attempt: 1,
    waitMs: 3_600_000,
    kind,
    text: 'x',
  });
  const start = [...confirmed, dispatched('a1')];
  expect(needs({ plan, events: [...start, limited('blip', 'a1')] })).toEqual([]);
  expect(needs({ plan, events: [...start, limited('usage', 'a1')] })).toMatchObject([
    {
      kind: 'limit',
      text: "the service's limit is used up",
      until: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  ]);
});

it('names a gate of a build by the action that asks about it', () => {
  const action = { action: 'ask', run: RUN, gate: 'architect', command: 'x', message: 'y' } as const;
  expect(listNeeds(snapshotOf({ plan, events: confirmed }), action)).toEqual([
    {
      kind: 'gate',
      text: 'gate architect waits for your decision',
      command: `sao gate show architect ${RUN}`,
    },
  ]);
});

it('names five gaps and counts the others', () => {
  const ids = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
  const all = planWith(ids.map((id) => agentOf(id)));
  const [need] = needs({ plan: all, events: [...confirmed, ...ids.map((id) => gap(id, 'engine'))] });
  expect(need?.text).toBe('7 gaps: a1, a2, a3, a4, a5 and 2 more');
});

it('asks for a signature of the plan where the user demands signatures', () => {
  const snapshot = snapshotOf({ plan, events: [] });
  expect(listNeeds(snapshot, decideNext(snapshot, 'agent'), 'signed')).toMatchObject([
    { kind: 'plan', text: 'the plan waits for your signature', command: `sao approvals sign plan ${RUN}` },
  ]);
});
