import { describe, expect, it } from 'vitest';
import { FailureStreak, normaliseReason } from '../../../src/headless/failure-streak.ts';
import type { RunEvent } from '../../../src/run/ledger/run-event.ts';
import { agentOf, returned } from '../../harness/snapshots.ts';

const SLOW = 60_000;
const failed = (id: string, fault: string): RunEvent[] => [{ ...returned(id, 'missing'), fault } as RunEvent];

describe('attempts that fail alike', () => {
  const ids = Array.from({ length: 12 }, (_, n) => `a${n + 1}`);
  const cannotOpen = (id: string) => failed(id, `it exited with code 1: cannot open /tmp/${id}/config`);

  it('halt the run once, at the eighth', () => {
    const streak = new FailureStreak();
    const halts = ids.map((id) => streak.record(agentOf(id), cannotOpen(id), true, SLOW));
    expect(halts.flatMap((reason, index) => (reason === undefined ? [] : [[index, reason]]))).toEqual([
      [7, { reason: 'it exited with code 1: cannot open /tmp/a8/config', count: 8 }],
    ]);
  });

  it('halt it at the third that failed within its first seconds, before further agents become gaps', () => {
    const streak = new FailureStreak();
    const halts = ids.map((id) => streak.record(agentOf(id), cannotOpen(id), true, 9999));
    expect(halts.flatMap((reason, index) => (reason === undefined ? [] : [index]))).toEqual([2]);
    const slow = new FailureStreak();
    const mixed = ids.map((id, n) => slow.record(agentOf(id), cannotOpen(id), true, n < 2 ? 10 : SLOW));
    expect(mixed.flatMap((reason, index) => (reason === undefined ? [] : [index]))).toEqual([7]);
  });

  it('do not halt it with a success in between, or for other reasons', () => {
    const streak = new FailureStreak();
    const halts = ids.map((id, n) =>
      n === 5
        ? streak.record(agentOf(id), [returned(id, 'done')], false, SLOW)
        : streak.record(agentOf(id), cannotOpen(id), true, SLOW),
    );
    const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
    const others = words.map((word, n) =>
      streak.record(agentOf(`b${n}`), failed(`b${n}`, `no ${word}`), true, 1),
    );
    expect([...halts, ...others]).toEqual(Array(24).fill(undefined));
  });

  it('do not count if the program ended well, and only the file is missing', () => {
    const streak = new FailureStreak();
    const missing = (id: string) => failed(id, `there is no regular file at workers/${id}.md`);
    expect(ids.map((id) => streak.record(agentOf(id), missing(id), false, 1))).toEqual(
      Array(12).fill(undefined),
    );
  });

  it('do not count if they are commands, or were refused by the service', () => {
    const streak = new FailureStreak();
    const refused: RunEvent[] = [{ type: 'refused', agent: 'a1', attempt: 1, cause: 'x', text: 'y' }];
    const halts = ids.flatMap((id) => [
      streak.record(agentOf(id, { kind: 'command' }), cannotOpen(id), true, SLOW),
      streak.record(agentOf(id), refused, true, 1),
    ]);
    expect(halts).toEqual(Array(24).fill(undefined));
  });
});

describe('a reason without names', () => {
  it.each([
    ['there is no regular file at workers/a7.md', 'there is no regular file at #'],
    ['It exited with code 1: line 4.2 of /x/y', 'it exited with code #: line # of #'],
    ['session 0a1b2c3d-0000 of a7', 'session # of #'],
  ])('%s', (reason, expected) => {
    expect(normaliseReason(reason, ['workers/a7.md', 'a7'])).toBe(expected);
  });
});
