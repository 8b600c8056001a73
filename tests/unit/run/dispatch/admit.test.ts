import { describe, expect, it } from 'vitest';
import { admit } from '../../../../src/run/dispatch/admit.ts';
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

const plan = planWith([
  ...['a1', 'a2', 'a3', 'a4', 'a5'].map((id) => agentOf(id, { model: 'opus' })),
  agentOf('c1', { kind: 'command', model: null, command: ['ls'] }),
  agentOf('b1', { wave: 2 }),
]);
const world = (more: Partial<World> = {}): World => ({ plan, events: confirmed, ...more });
const twice: RunEvent[] = [
  dispatched('a1'),
  returned('a1', 'missing'),
  dispatched('a1', 2),
  returned('a1', 'missing', 2),
];
const halted: RunEvent = { type: 'halted', reason: 'cost' };

describe('admit', () => {
  it.each<[string, World, string, RegExp]>([
    ['without a plan', { events: confirmed }, 'a1', /no plan.*sao plan/],
    ['an unknown agent', world(), 'a9', /no agent "a9".*sao next/],
    ['a command worker', world(), 'c1', /the engine runs it/],
    ['in a halted run', world({ events: [...confirmed, halted] }), 'a1', /halted: cost.*sao run/],
    [
      'before the user has confirmed',
      world({ events: confirmed.slice(0, 2) }),
      'a1',
      /not confirmed.*--confirm/,
    ],
    [
      'after a dispatch without a confirmation',
      world({ events: [...confirmed.slice(0, 2), dispatched('a2'), returned('a2', 'done')] }),
      'a1',
      /no confirmation of the plan that counts.*--confirm/,
    ],
    [
      'an agent that the service refuses until a time',
      world({
        events: [
          ...confirmed,
          { type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 60_000, kind: 'usage', model: 'opus' },
        ],
      }),
      'a2',
      /The service refuses a2 until .*\(in \d+s\).*sao next/,
    ],
    ['of a plan that was changed', world({ planChanged: true }), 'a1', /not the plan that was accepted/],
    ['a done agent', world({ verdicts: { a1: 'done' } }), 'a1', /done already/],
    ['a running agent', world({ events: [...confirmed, dispatched('a1')] }), 'a1', /running already/],
    [
      'an agent whose accepted file was changed',
      world({
        events: [...confirmed, dispatched('a1'), returned('a1', 'done')],
        verdicts: { a1: 'changed' },
      }),
      'a1',
      /^The file of a1 was changed after it was accepted.*sao retry .* a1/,
    ],
    ['a gap', world({ events: [...confirmed, ...twice] }), 'a1', /sao retry .* a1/],
    ['a later wave', world(), 'b1', /wave 1 has not ended/],
    [
      'more than there is room for',
      world({ events: [...confirmed, ...['a1', 'a2', 'a3', 'a4'].map((id) => dispatched(id))] }),
      'a5',
      /No room/,
    ],
  ])('refuses %s, and says what to do', (_, given, id, reason) => {
    const admission = admit(snapshotOf(given), id);
    expect(admission).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it.each<[string, World, number]>([
    ['the first attempt', world(), 1],
    [
      'the second after a failure',
      world({ events: [...confirmed, dispatched('a1'), returned('a1', 'missing')] }),
      2,
    ],
    [
      'the third after a grant',
      world({ events: [...confirmed, ...twice, { type: 'retried', agent: 'a1', reason: 'x' }] }),
      3,
    ],
    [
      'the first again after a rate limit',
      world({
        events: [
          ...confirmed,
          dispatched('a1'),
          { type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 5 },
        ],
      }),
      1,
    ],
    [
      'where a done file left its place',
      world({
        events: [...confirmed, ...['a2', 'a3', 'a4', 'a5'].map((id) => dispatched(id))],
        verdicts: { a2: 'done' },
      }),
      1,
    ],
  ])('lets %s start', (_, given, attempt) => {
    expect(admit(snapshotOf(given), 'a1')).toMatchObject({ ok: true, attempt, agent: { id: 'a1' } });
  });

  it('does not let a blip of seconds cost the parent a turn', () => {
    const blip: RunEvent = {
      type: 'rate-limited',
      agent: 'a1',
      attempt: 1,
      waitMs: 60_000,
      kind: 'blip',
      model: 'opus',
    };
    expect(admit(snapshotOf(world({ events: [...confirmed, blip] })), 'a2')).toMatchObject({ ok: true });
  });

  it('lets an agent of a build start beside an earlier wave that is not over', () => {
    const snapshot = snapshotOf(world());
    const build = { ...snapshot, manifest: { ...snapshot.manifest, mode: 'build' as const } };
    expect(admit(snapshot, 'b1')).toMatchObject({ ok: false });
    expect(admit(build, 'b1')).toMatchObject({ ok: true, attempt: 1 });
  });
});
