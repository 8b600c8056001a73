import { describe, expect, it } from 'vitest';
import { plainLines } from '../../../src/findings/plain-text.ts';
import { countTests, reportsNoTests } from '../../../src/source/test-count.ts';

describe('the count of tests in the output of a test program', () => {
  const rows: [string, string, { run: number; skipped: number } | undefined][] = [
    [
      'vitest',
      ' Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 9 passed | 2 skipped | 1 todo (13)\n',
      { run: 10, skipped: 3 },
    ],
    ['vitest without a test', 'No test files found, exiting with code 0\n', { run: 0, skipped: 0 }],
    [
      'jest',
      'Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 2 skipped, 3 todo, 10 passed, 16 total\n',
      { run: 11, skipped: 5 },
    ],
    [
      'node --test',
      'ℹ tests 5\nℹ suites 1\nℹ pass 4\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n',
      { run: 4, skipped: 1 },
    ],
    ['node --test as TAP', 'ok 1 - a\n# tests 2\n# pass 2\n# skipped 0\n', { run: 2, skipped: 0 }],
    ['node --test without a test', 'ℹ tests 0\nℹ pass 0\n', { run: 0, skipped: 0 }],
    ['mocha', '\n  10 passing (12ms)\n  1 pending\n  2 failing\n', { run: 12, skipped: 1 }],
    ['pytest', '==== 1 failed, 5 passed, 1 skipped, 2 xfailed in 0.12s ====\n', { run: 8, skipped: 1 }],
    ['pytest -q', '.....\n5 passed in 0.01s\n', { run: 5, skipped: 0 }],
    ['pytest without a test', '==== no tests ran in 0.01s ====\n', { run: 0, skipped: 0 }],
    ['pytest that skips all', '3 skipped in 0.01s\n', { run: 0, skipped: 3 }],
    ['unittest', 'Ran 5 tests in 0.001s\n\nOK (skipped=2)\n', { run: 3, skipped: 2 }],
    [
      'unittest that fails',
      'Ran 5 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n',
      { run: 4, skipped: 1 },
    ],
    [
      'go test -v',
      '=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/part (0.00s)\n--- SKIP: TestB (0.00s)\nok  \tx\t0.1s\n',
      { run: 1, skipped: 1 },
    ],
    [
      'go test -json',
      '{"Time":"t","Action":"pass","Package":"x","Test":"TestA"}\n{"Action":"pass","Package":"x","Test":"TestA/part"}\n',
      { run: 1, skipped: 0 },
    ],
    ['go test, which prints no count', 'ok  \tx\t0.1s\n?   \ty\t[no test files]\n', undefined],
    ['go test without a test', '?   \tx\t[no test files]\n', { run: 0, skipped: 0 }],
    [
      'cargo test',
      'running 3 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n\nrunning 0 tests\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\n',
      { run: 2, skipped: 1 },
    ],
    ['rspec', '5 examples, 0 failures, 1 pending\n', { run: 4, skipped: 1 }],
    ['minitest', '5 runs, 10 assertions, 0 failures, 0 errors, 1 skips\n', { run: 4, skipped: 1 }],
    ['phpunit', 'OK (5 tests, 10 assertions)\n', { run: 5, skipped: 0 }],
    ['phpunit with skipped', 'Tests: 5, Assertions: 10, Failures: 1, Skipped: 2.\n', { run: 3, skipped: 2 }],
    ['pest', '  Tests:    1 failed, 1 skipped, 4 passed (10 assertions)\n', { run: 5, skipped: 1 }],
    [
      'Maven',
      '[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s - in A\n[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 1\n',
      { run: 4, skipped: 1 },
    ],
    [
      'dotnet',
      'Passed!  - Failed:     0, Passed:     5, Skipped:     1, Total:     6, Duration: 1 s\n',
      { run: 5, skipped: 1 },
    ],
    [
      'GoogleTest',
      '[==========] 5 tests from 2 test suites ran. (1 ms total)\n[  PASSED  ] 4 tests.\n[  SKIPPED ] 1 test, listed below:\n',
      { run: 4, skipped: 1 },
    ],
    ['ctest', '100% tests passed, 0 tests failed out of 5\n', { run: 5, skipped: 0 }],
    ['Deno', 'ok | 5 passed | 0 failed | 1 ignored (12ms)\n', { run: 5, skipped: 1 }],
    ['Bun', ' 5 pass\n 1 skip\n 0 fail\nRan 6 tests across 2 files. [12.00ms]\n', { run: 5, skipped: 1 }],
    ['AVA', '  10 tests passed\n  1 test skipped\n', { run: 10, skipped: 1 }],
    [
      'Playwright',
      'Running 6 tests using 2 workers\n  1 skipped\n  5 passed (3.2s)\n',
      { run: 5, skipped: 1 },
    ],
    ['ExUnit', '2 doctests, 5 tests, 0 failures, 1 skipped\n', { run: 6, skipped: 1 }],
    ['gotestsum', 'DONE 5 tests, 1 skipped in 0.1s\n', { run: 4, skipped: 1 }],
    [
      'JUnit XML',
      '<testsuites tests="9"><testsuite name="a" tests="5" skipped="1"></testsuite></testsuites>',
      { run: 4, skipped: 1 },
    ],
    ['two programs', '  10 passing (1s)\n5 passed in 0.01s\n', { run: 15, skipped: 0 }],
    [
      'colours',
      '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m9 passed\u001b[39m\u001b[22m (9)\n',
      { run: 9, skipped: 0 },
    ],
    ['an unknown program', 'all good\n', undefined],
    ['no output', '', undefined],
  ];
  it.each(rows)('%s', (_, output, count) => {
    expect(countTests(plainLines(output))).toEqual(count);
  });
});

describe('reportsNoTests', () => {
  it.each([
    'No test files found, exiting with code 1',
    'No tests found, exiting with code 1',
    'Error: No test files found: "test"',
    '============ no tests ran in 0.01s ============',
    'collected 0 items',
    'Ran 0 tests in 0.000s',
    'No tests executed!',
    'No examples found.',
    '?   \texample.com/auth\t[no test files]',
    'Error: no test specified',
    'ℹ tests 0',
    'running 0 tests',
  ])('%j', (output) => {
    expect(reportsNoTests(output)).toBe(true);
  });

  it.each([
    '1 failed, 2 passed',
    'Tests 3 passed',
    '10 tests',
    'tests 0 failed',
    'Ran 20 tests',
    'no tests failed',
    'command not found',
  ])('not %j', (output) => {
    expect(reportsNoTests(output)).toBe(false);
  });
});
