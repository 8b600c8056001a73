/** Number of tests according to the output of a test command. */
export interface TestCount {
  /** Tests that ran, passed or not; without skipped ones. */
  run: number;
  skipped: number;
}

type Add = (values: number[]) => Partial<TestCount>;

/** Numbers of a line as `run` and `skipped`. A summary in several lines adds up. */
interface CountedLine {
  pattern: RegExp;
  add: Add;
}

const total =
  (...minus: number[]): Add =>
  (values) => {
    const skipped = minus.reduce((sum, index) => sum + (values[index] ?? 0), 0);
    return { run: (values[0] ?? 0) - skipped, skipped };
  };
const run: Add = ([count = 0]) => ({ run: count });
const skipped: Add = ([count = 0]) => ({ skipped: count });
const sum: Add = (values) => ({ run: values.reduce((all, each) => all + each, 0) });
const none: Add = () => ({});

// The first pattern that matches a line counts it.
const LINES: readonly CountedLine[] = [
  // cargo test
  {
    pattern: /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/,
    add: ([passed = 0, failed = 0, ignored = 0]) => ({ run: passed + failed, skipped: ignored }),
  },
  // cargo nextest
  { pattern: /^\s*Summary \[[^\]]*\]\s+(\d+) tests? run\b/, add: run },
  // node --test
  { pattern: /^(?:ℹ|#) tests (\d+)$/, add: run },
  { pattern: /^(?:ℹ|#) skipped (\d+)$/, add: ([count = 0]) => ({ run: -count, skipped: count }) },
  // Maven Surefire: the totals, not the line of each class
  {
    pattern: /^(?:\[\w+\] )?Tests run: (\d+), Failures: \d+, Errors: \d+, Skipped: (\d+)\s*$/,
    add: total(1),
  },
  { pattern: /^(?:\[\w+\] )?Tests run: \d+,/, add: none },
  // PHPUnit
  { pattern: /^OK \((\d+) tests?, \d+ assertions?\)/, add: run },
  { pattern: /^Tests: (\d+), Assertions: \d+.*?\bSkipped: (\d+)/, add: total(1) },
  { pattern: /^Tests: (\d+), Assertions: \d+/, add: run },
  // dotnet test
  {
    pattern: /\bFailed:\s+\d+, Passed:\s+\d+, Skipped:\s+(\d+), Total:\s+(\d+)/,
    add: ([left = 0, all = 0]) => ({ run: all - left, skipped: left }),
  },
  // ctest
  { pattern: /^\d+% tests passed, \d+ tests? failed out of (\d+)/, add: run },
  // GoogleTest
  { pattern: /^\[=+\] (\d+) tests? from \d+ test (?:suites?|cases?) ran\b/, add: run },
  { pattern: /^\[ {2}SKIPPED \] (\d+) tests?\b/, add: ([count = 0]) => ({ run: -count, skipped: count }) },
  // Catch2
  { pattern: /^All tests passed \(\d+ assertions? in (\d+) test cases?\)/, add: run },
  { pattern: /^test cases:\s*(\d+) \|/, add: run },
  // unittest
  { pattern: /^Ran (\d+) tests? in \d/, add: run },
  {
    pattern: /^(?:OK|FAILED) \((?:.*, )?skipped=(\d+)/,
    add: ([count = 0]) => ({ run: -count, skipped: count }),
  },
  // XCTest, Swift Testing
  { pattern: /^Test Suite '(?:All|Selected) tests'/, add: none },
  { pattern: /^.{0,2}Test run with (\d+) tests?\b/, add: run },
  // RSpec, Jasmine
  { pattern: /^(\d+) (?:examples?|specs?), \d+ failures?(?:, (\d+) pending)?/, add: total(1) },
  // Minitest, test-unit
  {
    pattern:
      /^(\d+) (?:runs|tests), \d+ assertions, \d+ failures, \d+ errors(?:, \d+ pendings, (\d+) omissions|, (\d+) skips)?/,
    add: total(1, 2),
  },
  // ExUnit, bats
  {
    pattern: /^(?:(\d+) doctests?, )?(\d+) tests?, \d+ failures?(?:, \d+ excluded)?(?:, (\d+) skipped)?/,
    add: ([a = 0, b = 0, c = 0]) => ({ run: a + b - c, skipped: c }),
  },
  // Deno
  {
    pattern: /^(?:ok|FAILED) \| (\d+) passed.*?\| (\d+) failed(?: \| (\d+) ignored)?/,
    add: ([passed = 0, failed = 0, ignored = 0]) => ({ run: passed + failed, skipped: ignored }),
  },
  // gotestsum
  { pattern: /^DONE (\d+) tests?(?:, (\d+) skipped)?/, add: total(1) },
  // go test -v: the tests at the top, not their parts
  { pattern: /^--- (?:PASS|FAIL): /, add: () => ({ run: 1 }) },
  { pattern: /^--- SKIP: /, add: () => ({ skipped: 1 }) },
  // AVA
  { pattern: /^\s+(\d+) tests? (?:passed|failed)$/, add: run },
  { pattern: /^\s+(\d+) tests? (?:skipped|todo)$/, add: skipped },
  // Mocha
  { pattern: /^\s+(\d+) (?:passing|failing)\b/, add: run },
  { pattern: /^\s+(\d+) pending\b/, add: skipped },
  // Bun
  { pattern: /^\s*(\d+) (?:pass|fail)$/, add: run },
  { pattern: /^\s*(\d+) (?:skip|todo)$/, add: skipped },
  // Playwright
  { pattern: /^\s+(\d+) (?:passed|failed|flaky)(?: \([\d.]+m?s?\w*\))?$/, add: sum },
  { pattern: /^\s+(\d+) (?:skipped|did not run)$/, add: skipped },
];

const GO_TEST_EVENT = /^\{.*"Action":"(pass|fail|skip)".*"Test":"[^"/]+"/;
const JUNIT_SUITE = /<testsuite\b[^>]*>/g;
const NO_GO_TESTS = /^(?:\?\s+\S+\s+\[no test files\]|ok\s+\S+\s+\S+\s+\[no tests to run\])$/;

/** Counts the tests by the output of a test command, as plain text; undefined if no known test program printed a summary. Pure. */
export function countTests(output: string): TestCount | undefined {
  const lines = output.split('\n');
  const parts = lines.flatMap((line) => countLine(line.trimEnd()) ?? []);
  const junit = [...output.matchAll(JUNIT_SUITE)].map(([tag]) => countSuite(tag));
  const counts = parts.length > 0 ? parts : junit;
  if (counts.length === 0)
    return reportsNoTests(output) && !hasGoPackage(lines) ? { run: 0, skipped: 0 } : undefined;
  const added = counts.reduce<TestCount>(
    (all, part) => ({ run: all.run + (part.run ?? 0), skipped: all.skipped + (part.skipped ?? 0) }),
    { run: 0, skipped: 0 },
  );
  return { run: Math.max(0, added.run), skipped: added.skipped };
}

// `go test` without -v prints how a package ended, but not how many tests it has.
function hasGoPackage(lines: readonly string[]): boolean {
  return lines.some((line) => /^(?:ok|FAIL)\s+\S+\s/.test(line) && !NO_GO_TESTS.test(line));
}

function countLine(line: string): Partial<TestCount> | undefined {
  const worded = countWords(line);
  if (worded) return worded;
  for (const { pattern, add } of LINES) {
    const match = pattern.exec(line);
    if (match) return add(match.slice(1).map((value) => Number(value ?? 0)));
  }
  const event = GO_TEST_EVENT.exec(line)?.[1];
  return event === undefined ? undefined : event === 'skip' ? { skipped: 1 } : { run: 1 };
}

// Vitest ` Tests  1 failed | 9 passed | 2 skipped (12)`, Jest `Tests: 1 failed, 9 passed, 10 total`, Pest, and pytest's last line.
const SUMMARY_LINE =
  /^\s*Tests:?\s+(?=\d+ (?:failed|passed|skipped|todo|total|incomplete|warnings?|risky)\b)(.*)$|^(?:=+ )?(?=\d+ (?:passed|failed|skipped|error|errors|xfailed|xpassed|deselected|warnings?)\b)(.*? in [\d.]+s.*?)(?: =+)?$/;
const RUN_WORDS = /(\d+) (?:failed|passed|xfailed|xpassed|errors?|expected fail)\b/g;
const SKIPPED_WORDS = /(\d+) (?:skipped|todo|incomplete|pending)\b/g;

function countWords(line: string): TestCount | undefined {
  const match = SUMMARY_LINE.exec(line);
  const words = match?.[1] ?? match?.[2];
  if (words === undefined) return undefined;
  const add = (pattern: RegExp) =>
    [...words.matchAll(pattern)].reduce((all, [, count]) => all + Number(count), 0);
  return { run: add(RUN_WORDS), skipped: add(SKIPPED_WORDS) };
}

function countSuite(tag: string): TestCount {
  const attribute = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
  const left = attribute('skipped') + attribute('disabled');
  return { run: attribute('tests') - left, skipped: left };
}

// vitest, jest, mocha, pytest, unittest, go, rspec, phpunit, `npm init`'s placeholder; cargo and node say 0 tests and exit with 0.
const NO_TESTS_PATTERN =
  /\bno tests? (?:files? )?(?:were |was )?(?:found|ran|run|collected|executed|specified|to run|matched)\b|\bno test files?\b|\bcollected 0 items\b|\bran 0 tests\b|\bno examples found\b|\b(?:tests|running) 0\b(?! *(?:failed|failures))/i;

/** Returns whether the output of a test program reports that there are no tests. */
export function reportsNoTests(output: string): boolean {
  return NO_TESTS_PATTERN.test(output);
}
