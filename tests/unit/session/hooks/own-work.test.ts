import { describe, expect, it } from 'vitest';
import { isOwnWork } from '../../../../src/session/hooks/own-work.ts';

const TESTS = ['node run-tests.mjs auth', "npm run 'test all'"];
const asks = (command: string) =>
  !isOwnWork(command, TESTS, {
    isHome: (path) => /^(?:\.|src|sh|x|5|a\.ts|export)$/.test(path) || path.startsWith('/tree'),
    isTop: (path) => path === '.' || path === '/tree',
  });

describe('what an agent does in its worktree without a question', () => {
  it.each([
    'pwd && git branch --show-current && node run-tests.mjs auth',
    'npm run "test all"',
    "git add --all && git commit --quiet -m 'Build auth: it && holds'",
    'git commit -am "One\n\nTwo"',
    'cd /tree/src && git status --short',
    'git add /tree/src/a.ts src/b.ts',
    'git diff abc123...HEAD --stat',
    'git log -3 --format=%s',
    'git show HEAD~1 --name-only',
    'cd /tree && node run-tests.mjs auth',
    'node run-tests.mjs auth 2>&1 | tail -n 5',
    'git log --oneline | head -3; ls -la src || cat a.ts',
    'grep -rn export src 2>&1 | wc -l',
  ])('%s', (command) => {
    expect(asks(command)).toBe(false);
  });

  it.each([
    ['another test command', 'node run-tests.mjs'],
    ['one with more words', 'node run-tests.mjs auth --all'],
    ['anything beside it', 'node run-tests.mjs auth && rm -rf /'],
    ['an approved test from another folder', 'cd src && node run-tests.mjs auth'],
    ['an approved test after two changes', 'cd src && cd . && node run-tests.mjs auth'],
    ['an approved test after a way back', 'cd src; cd /tree; node run-tests.mjs auth'],
    ['an approved test after a change of folder', 'pwd; cd /tree/src; git status; node run-tests.mjs auth'],
    ['a reader of files outside', 'cat /etc/passwd'],
    ['a flag that names a file outside', 'grep -f/etc/passwd x'],
    ['a copy to a file', 'git log 2>&1 > x'],
    ['a copy of stderr alone', 'git log 2>x'],
    ['a call after a comment', 'pwd # x'],
    ['another operator', 'node run-tests.mjs auth; rm -rf /'],
    ['a pipe', 'git log | sh'],
    ['a pipe of both streams', 'git log |& sh'],
    ['a file that is written', 'git log > /etc/passwd'],
    ['a flag that writes', 'git log --output=/etc/passwd'],
    ['a flag that starts a program', 'git diff --ext-diff'],
    ['settings of its own', 'git -c core.pager=sh log'],
    ['an expansion', 'git log {--output=x,HEAD}'],
    ['a variable', 'git log $X'],
    ['a substitution', 'git commit -m "$(rm x)"'],
    ['a second line', 'git status\nrm x'],
    ['the background', 'git status & rm x'],
    ['another folder', 'cd /etc && pwd'],
    ['the home of the user', 'cd ~ && pwd'],
    ['files outside', 'git diff /etc/passwd src'],
    ['files above', 'git diff ../../x src'],
    ['another branch', 'git branch new'],
    ['a call that leaves the branch', 'git push'],
    ['variables before a call', 'GIT_DIR=/x git status'],
    ['nothing', ''],
    ['an operator without a call', 'pwd &&'],
  ])('asks for %s', (_, command) => {
    expect(asks(command)).toBe(true);
  });

  it('is no approved test if the session is in another folder of the worktree', () => {
    const places = { isHome: () => true, isTop: (path: string) => path === '/tree' };
    expect(isOwnWork('node run-tests.mjs auth', TESTS, places)).toBe(false);
    expect(isOwnWork('cd /tree && node run-tests.mjs auth', TESTS, places)).toBe(true);
    for (const operator of ['|', ';', '||'])
      expect(isOwnWork(`cd /tree ${operator} node run-tests.mjs auth`, TESTS, places)).toBe(false);
  });
});
