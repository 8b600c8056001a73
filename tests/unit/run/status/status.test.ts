import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import type { Need } from '../../../../src/run/status/needs.ts';
import { describeStatus, hasRunEnded } from '../../../../src/run/status/status.ts';
import { renderStatus, statusLine } from '../../../../src/run/status/status-text.ts';
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

const plan = planWith([agentOf('a1'), agentOf('a2'), agentOf('b1', { domain: 'e', wave: 2 })]);
const status = (events: readonly RunEvent[] = [], more: Partial<World> = {}) =>
  describeStatus(snapshotOf({ plan, events: [...confirmed, ...events], ...more }));

/** All agents of the plan have ended. */
const settled: RunEvent[] = ['a1', 'a2', 'b1'].map((agent) => ({
  type: 'gap',
  agent,
  reason: 'x',
  by: 'user',
}));

describe('describeStatus', () => {
  it('counts by standing, in all and by domain', () => {
    const found = status([dispatched('a1'), returned('a1', 'missing'), dispatched('a2')], { after: 64_000 });
    expect(found).toMatchObject({
      run: RUN,
      state: 'active',
      wave: { open: 1, of: 2 },
      total: 3,
      counts: { done: 0, running: 1, ready: 1, retry: 1, gap: 0 },
      domains: [
        { id: 'd', total: 2, counts: { running: 1, retry: 1 } },
        { id: 'e', total: 1, counts: { ready: 1 } },
      ],
      running: [{ id: 'a2', attempt: 1, ageMs: 59_000 }],
      returnedChars: 40,
    });
  });

  it.each<[string, Partial<World>, readonly RunEvent[], string]>([
    ['without a plan', {}, [], 'planning'],
    ['halted', { plan }, [{ type: 'halted', reason: 'cost' }], 'halted'],
    [
      'reported',
      { plan },
      [{ type: 'reported', findings: { critical: 0, major: 0, minor: 0 }, gaps: 0 }],
      'done',
    ],
  ])('is %s', (_, given, events, state) => {
    expect(describeStatus(snapshotOf({ ...given, events: [...confirmed, ...events] })).state).toBe(state);
  });

  it('has ended once all agents are settled, or it is halted', () => {
    // Before the first agent starts, and between two waves, the run goes on.
    expect(hasRunEnded(status())).toBe(false);
    expect(hasRunEnded(status([dispatched('a1')]))).toBe(false);
    expect(hasRunEnded(status(settled.slice(0, 2)))).toBe(false);
    expect(hasRunEnded(status(settled))).toBe(true);
    expect(hasRunEnded(status([dispatched('a1'), { type: 'halted', reason: 'x' }]))).toBe(true);
    expect(hasRunEnded(describeStatus(snapshotOf({ events: [] })))).toBe(false);
    expect(hasRunEnded({ ...status(settled), mode: 'build' })).toBe(false);
  });
});

describe('renderStatus', () => {
  const events: RunEvent[] = [
    dispatched('a1'),
    { type: 'gap', agent: 'a2', reason: 'down\u001b[2J', by: 'user' },
  ];

  it('is a few lines for a model', () => {
    const text = renderStatus(status(events, { after: 64_000 }), { terminal: false, width: 120 });
    expect(text.split('\n')).toEqual([
      `${RUN}: active, wave 1 of 2, 0 of 3 done, 1 running, 1 ready, 1 gap`,
      'needs you: nothing',
      'task: Look at everything',
      'approved: plan (approve) by ada in a terminal (level: terminal; not proved by a signature), at 2020-01-01T00:00:00.000Z',
      'running: a1 61s',
      'gaps: a2 (down)',
      'cost: not reported; returned to the parent: 0 characters',
    ]);
  });

  it('has a table by domain on a terminal, no wider than it', () => {
    const text = renderStatus(status(events), { terminal: true, width: 50 });
    expect(text).toMatch(/domain +done +running +retry +ready +gap/);
    for (const line of text.split('\n').slice(1)) expect([...line].length).toBeLessThanOrEqual(50);
  });

  it('says in full what needs a human, also on a narrow terminal, with the command on a line of its own, and says it once', () => {
    const reason = `module auth is stopped: ${'the tests fail; '.repeat(20)}look at src/auth/test.mjs`;
    const needs: Need[] = [{ kind: 'halt', text: reason, command: `sao run ${RUN} --driver claude` }];
    const found = describeStatus(snapshotOf({ plan, events: [...events, { type: 'halted', reason }] }), {
      needs,
    });
    const lines = renderStatus(found, { terminal: true, width: 50 }).split('\n');
    expect(lines.slice(1, 3)).toEqual([`needs you: ${reason}`, `  $ sao run ${RUN} --driver claude`]);
    expect(lines.join('\n').split('module auth is stopped')).toHaveLength(2);
  });

  it('says what is left to do after the last agent has ended', () => {
    const [line] = renderStatus(status(settled), { terminal: false, width: 120 }).split('\n');
    expect(line).toBe(
      `${RUN}: active, 0 of 3 done, 3 gap; all agents have ended, the report is missing: sao report ${RUN}`,
    );
    const halted = renderStatus(status([...settled, { type: 'halted', reason: 'x' }]), {
      terminal: false,
      width: 120,
    });
    expect(halted).not.toContain('the report is missing');
  });

  it('changes its line with every change', () => {
    const lines = [[], [dispatched('a1')], [dispatched('a1'), returned('a1', 'missing')]].map((list) =>
      statusLine(status(list)),
    );
    expect(new Set(lines).size).toBe(3);
  });
});
