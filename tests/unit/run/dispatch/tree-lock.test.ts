import { describe, expect, it } from 'vitest';
import { formatTreeLock, parseTreeLock } from '../../../../src/run/dispatch/tree-lock.ts';

describe('the lock of a worktree', () => {
  it.each([
    [
      { pid: 12, started: '4567', boot: 'b-1', space: 'pid:[42]' },
      'sao run R (pid 12 start 4567 boot b-1 space pid:[42])',
    ],
    [
      { pid: 3, started: 'Sun Nov 29 10:00:00 2026', boot: '' },
      'sao run R (pid 3 start Sun_Nov_29_10:00:00_2026 boot - space -)',
    ],
  ])('%j is written and read', (owner, text) => {
    expect(formatTreeLock({ run: 'R', owner })).toBe(text);
    expect(parseTreeLock(text)).toEqual({ run: 'R', owner });
  });

  it.each([
    '',
    'mine',
    'initializing',
    'claude agent agent-1 (pid 12 start 4567)',
    'sao run R',
    'my run R (pid 1 start 2 boot 3 space 4)',
  ])('%j is the lock of someone else', (text) => {
    expect(parseTreeLock(text)).toBeUndefined();
  });
});
