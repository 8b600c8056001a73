import { describe, expect, it } from 'vitest';
import {
  commitSubject,
  commitTrailers,
  deliveryBranch,
  isCommitOf,
} from '../../../../src/teams/work/attempt-names.ts';
import { chooseWait, isDrained, shareOfBudget } from '../../../../src/teams/work/choose-wait.ts';
import { judgeRunEnd } from '../../../../src/teams/work/judge-attempt.ts';
import { readBlocker } from '../../../../src/teams/work/read-blocker.ts';
import { globsOfPaths } from '../../../../src/teams/work/task-globs.ts';
import { MemoryQueue, taskOf } from '../../../harness/queue.ts';

describe('readBlocker', () => {
  it.each([
    ['# T\n\nDone.\n', undefined],
    ['# T\n\n## Blocker\n\n- Question:\n', undefined],
    ['# T\n\n```\n## Blocker\n\n- Question: Which?\n```\n', undefined],
    [
      '# T\n\n## Blocker\n\n- Kind: needs-access\n- For: human\n- Question: Which region?\n',
      { kind: 'needs-access', for: 'human', question: 'Which region?' },
    ],
    [
      '# T\n\n## Blocker\n* **Question:** Which?\n\n## Left\n- For: human\n',
      { kind: 'needs-decision', for: 'leader', question: 'Which?' },
    ],
    [
      '# T\n\n## Blocker\n- Kind: magic\n- Question: Which\u001b[31m?\n',
      { kind: 'needs-decision', for: 'leader', question: 'Which?' },
    ],
  ])('%j', (report, blocker) => {
    expect(readBlocker(report)).toEqual(blocker);
  });
});

describe('judgeRunEnd', () => {
  const end = { isDone: false, isInterrupted: false, fault: 'it broke', report: '' };
  it.each([
    [{ ...end, isDone: true, report: '# T\n' }, { kind: 'prove' }],
    [
      { ...end, isDone: true, report: '## Blocker\n- Question: Which?\n' },
      { kind: 'block', request: { kind: 'needs-decision', for: 'leader', question: 'Which?' } },
    ],
    [end, { kind: 'release', reason: 'failed', note: 'it broke' }],
    [
      { ...end, limitedUntil: 5 },
      { kind: 'release', reason: 'rate-limit', note: 'it broke' },
    ],
    [
      { ...end, isInterrupted: true },
      { kind: 'release', reason: 'handed-back', note: 'the executor was stopped' },
    ],
  ])('%j', (given, verdict) => {
    expect(judgeRunEnd(given)).toEqual(verdict);
  });
});

describe('names of an attempt', () => {
  const name = { queue: 'main', spec: taskOf('parse', { team: 'team-1' }), attempt: 2, executor: 'laptop' };
  it('are those that the usual git commands look for', () => {
    expect(deliveryBranch(name)).toBe('sao/main/i1.parse/2');
    expect(commitSubject(name)).toBe('[TEAM-1] [AGENT-laptop] Create the parser of format parse');
    expect(commitSubject({ ...name, spec: taskOf('parse', { coder: 'c1.2' }) }, 'Merge')).toBe(
      '[AGENT-c1.2] Merge',
    );
    expect(isCommitOf(name, `Subject\n\n${commitTrailers(name)}\n`)).toBe(true);
    expect(isCommitOf(name, `Subject\n\n${commitTrailers({ ...name, attempt: 1 })}\n`)).toBe(false);
  });
});

describe('globsOfPaths', () => {
  it.each([
    ['src/a.ts', ['src/a.ts', 'src/a.ts/**']],
    ['./src/', ['src', 'src/**']],
    ['migrations/**', ['migrations/**']],
    ['src/*.ts', ['src/*.ts']],
  ])('%s', (path, globs) => {
    expect(globsOfPaths([path])).toEqual(globs);
  });
});

describe('an executor with nothing to claim', () => {
  const lease = { token: '1.a', task: 'i1.a', executor: 'e', since: 0 };
  it.each([
    [[], 60_000],
    [[{ ...lease, until: 1_000 + 5_000 }], 5_050],
    [[{ ...lease, until: 0 }], 50],
    [[{ ...lease, until: 1_000_000 }], 60_000],
  ])('waits until a lease ends: %j', (leases, ms) => {
    expect(chooseWait(leases, 1_000)).toBe(ms);
  });

  it('is done once no claim can make more tasks ready', () => {
    const queue = new MemoryQueue([taskOf('a'), taskOf('b', { after: ['i1.a'] })]);
    expect(isDrained(queue.state, { task: null })).toBe(true);
    queue.claim('e1');
    expect(isDrained(queue.state, { task: null })).toBe(false);
  });
});

describe('shareOfBudget', () => {
  it.each([
    [undefined, { spent: 3, reserved: 0, freeSlots: 4 }, undefined],
    [8, { spent: 0, reserved: 0, freeSlots: 4 }, 2],
    [8, { spent: 2, reserved: 4, freeSlots: 2 }, 1],
    [8, { spent: 9, reserved: 0, freeSlots: 2 }, 0],
  ])('%j of %j', (bound, use, share) => {
    expect(shareOfBudget(bound, use)).toBe(share);
  });
});
