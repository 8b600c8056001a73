// vitest, jest, mocha, pytest, unittest, go, rspec, phpunit, `npm init`'s placeholder; cargo and node say 0 tests and exit with 0.
const NO_TESTS_PATTERN =
  /\bno tests? (?:files? )?(?:were |was )?(?:found|ran|run|collected|executed|specified|to run|matched)\b|\bno test files?\b|\bcollected 0 items\b|\bran 0 tests\b|\bno examples found\b|\b(?:tests|running) 0\b(?! *(?:failed|failures))/i;

/** Returns whether the output of a test program reports that there are no tests. */
export function reportsNoTests(output: string): boolean {
  return NO_TESTS_PATTERN.test(output);
}
