import { describe, expect, it } from 'vitest';
import { isOwnWork } from '../../../../src/session/hooks/own-work.ts';

const TESTS = ['node run-tests.mjs auth', "npm run 'test all'"];
const asks = (command: string) =>
  !isOwnWork(command, TESTS, (path) => path === '.' || path.startsWith('/tree') || path === 'src');

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
  ])('%s', (command) => {
    expect(asks(command)).toBe(false);
  });

  it.each([
    ['another test command', 'node run-tests.mjs'],
    ['one with more words', 'node run-tests.mjs auth --all'],
    ['anything beside it', 'node run-tests.mjs auth && rm -rf /'],
    ['another operator', 'node run-tests.mjs auth; rm -rf /'],
    ['a pipe', 'git log | sh'],
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
});
