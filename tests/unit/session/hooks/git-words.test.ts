import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGitCalls, isGitRead, judgeGitCall } from '../../../../src/session/hooks/git-words.ts';

const names = (command: string) => findGitCalls(command).map(({ name, args }) => [name, ...args].join(' '));

describe('the calls of git in a shell command', () => {
  it.each([
    ['git push', ['push']],
    ['cd a && git push origin main; git log', ['push origin main', 'log']],
    ['GIT_DIR=x git -c a.b=c --no-pager -C sub push', ['push']],
    ['(git switch main) | cat', ['switch main']],
    ['if true; then git push; fi', ['push']],
    ['/usr/bin/git "push"', ['push']],
    ["git commit -m 'then git push'", ['commit -m then git push']],
    ['echo git push', []],
    ['npm run digit push', []],
    ["cat > a <<'EOF'\ngit push\nEOF\ngit add .", ['add .']],
    ['cat > a <<-END && git add a\n\tgit push\n\tEND', ['add a']],
    ["git commit -m 'open", ['commit -m']],
    ['git \\\n  push', ['push']],
    ["git pu$'sh'", ['push']],
    ['git push>log 2>&1', ['push']],
    ['2>log git push', ['push']],
    ['git config user.name >name', ['config user.name']],
    ['git add . # then git push', ['add .']],
    ['x=`git push`', ['push']],
    ['diff <(git show a) <(git switch b)', ['show a', 'switch b']],
    ['{ git push; }', ['push']],
    ['git stash|&tee log', ['stash']],
    ['cat <<< "$x" && git push', ['push']],
  ])('%j', (command, expected) => {
    expect(names(command)).toEqual(expected);
  });

  it('know where a call is sent', () => {
    expect(findGitCalls('git -C a --git-dir=b/.git -C c status')[0]?.places).toEqual(['a', 'b/.git', 'c']);
  });

  it('are found in any text without a fault, and never where there is no git', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const calls = findGitCalls(text);
        expect(text.includes('git') || calls.length === 0).toBe(true);
      }),
    );
  });
});

const judged = (command: string) =>
  findGitCalls(command).map((call) => judgeGitCall(call, (name) => name === 'file.ts') !== undefined);

describe('what an agent in a worktree may ask of git', () => {
  it.each([
    'git add -A && git commit -m x',
    'git log --oneline',
    'git diff main',
    'git checkout -- src/a.ts',
    'git checkout main -- src/a.ts',
    'git checkout file.ts',
    'git reset --hard',
    'git branch --show-current',
    'git branch --list',
    'git worktree list',
    'git config user.name',
    'git config --get user.name',
  ])('%s runs', (command) => {
    expect(judged(command)).not.toContain(true);
  });

  it.each([
    'git push',
    'git push --force origin HEAD:main',
    'git switch main',
    'git switch -c other',
    'git checkout main',
    'git checkout -b other',
    'git checkout -',
    'git checkout --detach',
    'git worktree add ../x',
    'git worktree remove x',
    'git branch -D main',
    'git branch --force main HEAD',
    'git stash',
    'git update-ref refs/heads/main HEAD',
    'git config user.name Someone',
    'git config --unset user.name',
  ])('%s does not', (command) => {
    expect(judged(command)).toContain(true);
  });

  it('knows what only reads', () => {
    const reads = findGitCalls('git -C x show; git worktree list; git commit; git worktree add y');
    expect(reads.map(isGitRead)).toEqual([true, true, false, false]);
  });
});
