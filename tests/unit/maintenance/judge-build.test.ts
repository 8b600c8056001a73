import { describe, expect, it } from 'vitest';
import {
  judgeAuthor,
  judgeBase,
  judgeCommit,
  judgeOutputTokens,
} from '../../../src/maintenance/judge-build.ts';

const clean = { branch: 'main', changed: [], untracked: [] };
const tree = 'a'.repeat(40);

describe('what a build needs', () => {
  it.each([
    ['128000 tokens', judgeOutputTokens('128000'), 'ok', /is 128000$/],
    ['more tokens, with blanks', judgeOutputTokens(' 200000 '), 'ok', /is 200000$/],
    ['one token too few', judgeOutputTokens('127999'), 'fail', /is "127999"; .* at least 128000/],
    ['no variable', judgeOutputTokens(undefined), 'fail', /is not set/],
    ['an empty variable', judgeOutputTokens(''), 'fail', /is ""/],
    ['no number', judgeOutputTokens('128k'), 'fail', /is "128k"/],
    ['a negative number', judgeOutputTokens('-128000'), 'fail', /is "-128000"/],
    ['no variable for another program', judgeOutputTokens(undefined, false), 'warn', /is not set/],
    ['an author', judgeAuthor('Ada', 'ada@example.com'), 'ok', /Ada <ada@example.com>/],
    ['no name', judgeAuthor('', 'ada@example.com'), 'fail', /no user\.name for/],
    ['no address', judgeAuthor('Ada', ''), 'fail', /no user\.email for/],
    ['neither', judgeAuthor('', ''), 'fail', /no user\.name and no user\.email/],
    ['a first commit', judgeCommit('/p', { commit: tree }), 'ok', /\/p is at aaaaaaaaaaaa$/],
    ['no commit', judgeCommit('/p', { commit: undefined }), 'fail', /no commit yet/],
    [
      'no repository',
      judgeCommit('/p', { message: 'no repository', fix: 'git init' }),
      'fail',
      /^no repository$/,
    ],
    ['a clean branch', judgeBase('/p', clean), 'ok', /^main is clean$/],
    ['a detached HEAD', judgeBase('/p', { ...clean, branch: undefined }), 'fail', /detached/],
    ['a change', judgeBase('/p', { ...clean, changed: ['a.ts'] }), 'fail', /1 change that .*: "a\.ts"$/],
    [
      'many changes',
      judgeBase('/p', { ...clean, changed: ['a', 'b', 'c', 'd', 'e'] }),
      'fail',
      /5 changes .*"a", "b", "c" and 2 more$/,
    ],
    [
      'an untracked file',
      judgeBase('/p', { ...clean, untracked: ['new\u001b[2J'] }),
      'warn',
      /"new\\u001b\[2J"$/,
    ],
    ['both', judgeBase('/p', { ...clean, changed: ['a'], untracked: ['b'] }), 'fail', /1 change/],
  ] as const)('%s', (_, checkup, level, message) => {
    expect(checkup.level).toBe(level);
    expect(checkup.message).toMatch(message);
    expect(checkup.fix === undefined).toBe(level === 'ok');
  });

  it('explains how to set the output tokens in a shell and in the client', () => {
    const { fix } = judgeOutputTokens(undefined);
    expect(fix).toContain('export CLAUDE_CODE_MAX_OUTPUT_TOKENS=128000');
    expect(fix).toContain('"env": {"CLAUDE_CODE_MAX_OUTPUT_TOKENS": "128000"}');
  });
});
