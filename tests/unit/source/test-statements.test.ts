import { describe, expect, it } from 'vitest';
import { readProse } from '../../../src/findings/markdown-lines.ts';
import type { TestLoss } from '../../../src/source/test-losses.ts';
import { isLossAllowed, requiredTests } from '../../../src/source/test-statements.ts';

const lost = (titles: string[] = []): TestLoss => ({
  kind: 'deleted',
  path: 'src/auth/login.test.ts',
  titles,
});

describe('the tests that a contract asks for', () => {
  it.each([
    ['`src/auth/login.test.ts` checks that a wrong password is rejected.', ['src/auth/login.test.ts']],
    [
      'Tests: ./tests/test_login.py and src/auth/LoginTest.java',
      ['tests/test_login.py', 'src/auth/LoginTest.java'],
    ],
    ['The code is in src/auth/login.ts.', []],
    ['Remove `src/auth/login.test.ts`.', []],
    ['Do not add src/auth/login.test.ts.', []],
    ['Name tests after their file, for example login.test.ts.', []],
  ])('%s', (line, paths) => {
    expect(requiredTests([line])).toEqual(paths);
  });
});

describe('the removals that a contract allows', () => {
  it.each([
    ['Remove src/auth/login.test.ts: sessions replace passwords.', true],
    ['`src/auth/login.test.ts` is obsolete.', true],
    ['The tests of src/auth/login.test.ts moved to the store.', true],
    ['src/auth/login.test.ts is no longer needed.', true],
    ['Never delete src/auth/login.test.ts.', false],
    ["src/auth/login.test.ts mustn't be skipped.", false],
    ['Remove src/auth/other.test.ts.', false],
    ['src/auth/login.test.ts checks passwords.', false],
  ])('%s', (line, isAllowed) => {
    expect(isLossAllowed(lost(), [line])).toBe(isAllowed);
  });

  it('include tests by their titles, all of them', () => {
    const lines = ['Drop the test "rejects a wrong password".'];
    expect(isLossAllowed(lost(['rejects a wrong password']), lines)).toBe(true);
    expect(isLossAllowed(lost(['rejects a wrong password', 'accepts a good one']), lines)).toBe(false);
    expect(isLossAllowed(lost(['a']), ['Drop a test.'])).toBe(false);
  });

  it('are not read from the words of a builder that a decision quotes', () => {
    const page =
      '# Delete src/auth/login.test.ts\n\n```proposal\nDelete src/auth/login.test.ts\n```\n\nAdapt the code.\n';
    expect(readProse([page])).toEqual(['Adapt the code.']);
  });
});
