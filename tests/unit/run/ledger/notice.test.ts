import { expect, it } from 'vitest';
import { noticeOf } from '../../../../src/run/ledger/notice.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { dispatched, RUN, returned } from '../../../harness/snapshots.ts';

const AT = '2026-01-02T03:04:05.000Z';
const notice = (event: RunEvent) => noticeOf(RUN, { v: 1, at: AT, ...event }, 700);
const findings = { critical: 1, major: 0, minor: 2 };

it.each<[string, RunEvent, object]>([
  [
    'a gate whose work has passed its checks',
    { type: 'stage-checked', stage: 'ship', by: 's', ok: true, hash: 'h', faults: [] },
    { kind: 'gate', command: `sao gate show ship ${RUN}` },
  ],
  [
    'a gap',
    { type: 'gap', agent: 'a1', reason: 'x', by: 'engine' },
    { kind: 'gap', command: `sao retry ${RUN} a1` },
  ],
  ['a conflict', { type: 'module-blocked', module: 'm', by: 'b', conflict: 'c' }, { kind: 'conflict' }],
  [
    'a used-up limit',
    { type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 60_000, kind: 'usage', text: 'x' },
    { kind: 'limit', until: '2026-01-02T03:05:05.000Z' },
  ],
  ['a halt', { type: 'halted', reason: 'cost' }, { kind: 'halted', text: 'cost' }],
  ['the end', { type: 'reported', findings, gaps: 1 }, { kind: 'ended' }],
])('tells %s', (_, event, expected) => {
  expect(notice(event)).toMatchObject({ version: 1, source: RUN, offset: 700, at: AT, ...expected });
});

it.each<[string, RunEvent]>([
  ['the start of an agent', dispatched('a1')],
  ['a return', returned('a1', 'done')],
  ['a gap that the user has made', { type: 'gap', agent: 'a1', reason: 'x', by: 'user' }],
  ['a short refusal', { type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 5, kind: 'blip' }],
  [
    'a stage that failed its checks',
    { type: 'stage-checked', stage: 'ship', by: 's', ok: false, faults: ['x'] },
  ],
  ['a stage without a gate', { type: 'stage-checked', stage: 'scaffold', by: 's', ok: true, faults: [] }],
])('does not tell %s', (_, event) => {
  expect(notice(event)).toBeUndefined();
});

it('carries no hash and no token of a question', () => {
  const asked: RunEvent = {
    ...{ type: 'stage-checked', stage: 'ship', by: 's' },
    ...{ ok: true, hash: 'secret-hash', faults: [] },
  } as RunEvent;
  expect(JSON.stringify(notice(asked))).not.toContain('secret-hash');
});
