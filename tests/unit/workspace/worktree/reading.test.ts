import { describe, expect, it } from 'vitest';
import { describeGitFailure } from '../../../../src/system/git/failure.ts';
import { parseIntent, serializeIntent } from '../../../../src/workspace/worktree/journal.ts';
import { findHeads, readReflog } from '../../../../src/workspace/worktree/lost-commits.ts';
import {
  formatRescuePrefix,
  moduleOfBranch,
  parseRescueRef,
} from '../../../../src/workspace/worktree/names.ts';
import {
  findKeepReason,
  judgeTreeState,
  parseWorktreeList,
} from '../../../../src/workspace/worktree/tree-state.ts';

const ID = (digit: string) => digit.repeat(40);

describe('the list of worktrees', () => {
  it('is read with any path, branch and note', () => {
    const fields = [
      ['worktree /a b\nworktree /c', `HEAD ${ID('1')}`, 'branch refs/heads/orchestration/x/auth'],
      ['worktree /d', `HEAD ${ID('2')}`, 'detached', 'locked because\nof this'],
      ['worktree /e', 'bare'],
      ['worktree /f', `HEAD ${ID('3')}`, 'branch refs/heads/main', 'locked', 'prunable gone'],
    ];
    const output = fields.map((lines) => `${lines.join('\0')}\0\0`).join('');
    expect(parseWorktreeList(output)).toMatchObject([
      { place: '/a b\nworktree /c', head: ID('1'), branch: 'orchestration/x/auth', isMissing: false },
      { place: '/d', branch: undefined, locked: 'because\nof this' },
      { place: '/e', isBare: true, head: undefined },
      { place: '/f', branch: 'main', locked: '', isMissing: true },
    ]);
    expect(parseWorktreeList('')).toEqual([]);
  });
});

describe('commits that would be lost', () => {
  it('are reduced to their heads', () => {
    const list = [
      `${ID('4')} ${ID('3')} ${ID('2')}`,
      `${ID('3')} ${ID('1')}`,
      `${ID('2')} ${ID('1')}`,
      `${ID('5')} ${ID('1')}`,
    ];
    expect(findHeads(list.join('\n'))).toEqual([ID('4'), ID('5')]);
    expect(findHeads('')).toEqual([]);
  });

  it('are found in a reflog that begins with zeros and may be incomplete', () => {
    const log = `${ID('0')} ${ID('1')} A <a@b> 1 +0000\tcommit\n${ID('1')} ${ID('2')} A\n${ID('2')} 33`;
    expect(readReflog(log)).toEqual([ID('1'), ID('1'), ID('2'), ID('2')]);
  });
});

describe('the journal', () => {
  it.each([
    { kind: 'add', place: '/p', branch: 'b', base: ID('1'), adopts: false } as const,
    { kind: 'refs', refs: ['refs/heads/a'] } as const,
  ])('is parsed to the same intent: $kind', (intent) => {
    expect(parseIntent(serializeIntent({ ...intent } as never))).toMatchObject(intent);
  });

  it.each(['', '{', '[]', 'null', '{"kind":"add"}', '{"kind":"refs","refs":[1]}'])(
    'torn (%s) says nothing',
    (text) => {
      expect(parseIntent(text)).toBeUndefined();
    },
  );
});

describe('names of branches and refs', () => {
  it('are parsed to their parts', () => {
    expect(moduleOfBranch('r', 'orchestration/r/auth')).toBe('auth');
    expect(moduleOfBranch('r', 'orchestration/other/auth')).toBeUndefined();
    expect(formatRescuePrefix()).toBe('refs/sao/rescue/');
    expect(formatRescuePrefix('r', 'auth')).toBe('refs/sao/rescue/r/auth/');
    for (const ref of [
      'refs/sao/rescue/r/auth',
      'refs/sao/rescue/r/auth/0',
      'refs/sao/rescue/r/a/b/1',
      'refs/heads/x',
    ])
      expect(parseRescueRef(ref)).toBeUndefined();
  });
});

describe('the state of a worktree', () => {
  const facts = { isRegistered: true, isThere: true, isWhole: true, changes: 0, isMerged: true };
  it.each([
    [{}, 'merged'],
    [{ isMerged: false }, 'ahead'],
    [{ changes: 2 }, 'changed'],
    [{ isWhole: false, changes: 2 }, 'unfinished'],
    [{ isThere: false }, 'missing'],
    [{ isRegistered: false, isThere: false }, 'branch'],
  ])('%j is %s', (more, state) => {
    expect(judgeTreeState({ ...facts, ...more })).toBe(state);
  });

  const tree = {
    module: 'a',
    branch: 'b',
    place: '/p',
    head: ID('1'),
    checkedOut: 'b',
    locked: null,
    agents: [],
  };
  const done = { ...tree, isMerged: true, changes: 0, state: 'merged' } as const;
  it.each([
    [done, false, null],
    [{ ...done, isMerged: false }, false, /not in the target/],
    [{ ...done, changes: 3 }, false, /3 changed/],
    [{ ...done, changes: 3, isMerged: false }, true, null],
    [{ ...done, locked: 'mine' }, true, /locked: mine/],
    [{ ...done, branch: 'target' }, true, /the target/],
    [{ ...done, agents: ['build-a', 'qc-a'] }, true, /build-a, qc-a still at work/],
  ] as const)('pruned or kept, case %#', (known, all, reason) => {
    const answer = findKeepReason(known, { all, targetBranch: 'target' });
    if (reason === null) expect(answer).toBeNull();
    else expect(answer).toMatch(reason);
  });
});

describe('the errors of git', () => {
  it.each([
    ["fatal: detected dubious ownership in repository at '/r'", 'git-foreign-owner'],
    ['fatal: not a git repository (or any of the parent directories): .git', 'git-no-repository'],
    ['fatal: this operation must be run in a work tree', 'git-bare'],
    ['fatal: empty ident name (for <>) not allowed', 'git-no-identity'],
    ["fatal: Unable to create '/r/.git/index.lock': File exists.", 'git-lock-left'],
    [
      "fatal: cannot lock ref 'refs/heads/m/a': 'refs/heads/m' exists; cannot create 'refs/heads/m/a'",
      'git-branch-in-the-way',
    ],
    ["fatal: 'x' is already checked out at '/other'", 'git-branch-elsewhere'],
    ["fatal: 'x' is already used by worktree at '/other'", 'git-branch-elsewhere'],
    ['error: unable to write file: No space left on device', 'disk-full'],
    ['fatal: something new', 'git-failed'],
  ])('%s', (stderr, code) => {
    const problem = describeGitFailure('/r', ['--git-dir=/x', 'commit'], { stderr, code: 128 });
    expect(problem).toMatchObject({ code });
    expect(problem.fix).not.toBe('');
  });
});
