import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { describeTests, type TestEnd } from '../../workspace/tests/test-result.ts';

/** Something in which a scaffold differs from the contracts. */
export interface ScaffoldDifference {
  kind:
    | 'module-missing'
    | 'no-entry'
    | 'path-empty'
    | 'not-a-stub'
    | 'changed'
    | 'unowned'
    | 'shared-types'
    | 'tests'
    | 'no-tests';
  /** Whether it blocks the builders; other differences are only shown. */
  blocks: boolean;
  module?: string;
  paths: string[];
  message: string;
}

const MAX_SHOWN_PATHS = 5;

function formatPathSample(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_SHOWN_PATHS).map((path) => plainText(path, 120));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Messages for each way in which a scaffold can differ from the contracts, with the fix. */
export const scaffoldDifferences = {
  moduleMissing: (module: string, paths: readonly string[]): ScaffoldDifference => ({
    kind: 'module-missing',
    blocks: true,
    module,
    paths: [...paths],
    message: `the module ${module} has no file: nothing matches ${formatPathSample(paths)}; create its entry file`,
  }),
  noEntry: (module: string, paths: readonly string[]): ScaffoldDifference => ({
    kind: 'no-entry',
    blocks: false,
    module,
    paths: [...paths],
    message: `the module ${module} has no source file, only other files`,
  }),
  pathEmpty: (module: string, paths: readonly string[]): ScaffoldDifference => ({
    kind: 'path-empty',
    blocks: false,
    module,
    paths: [...paths],
    message: `the module ${module} has no file at ${formatPathSample(paths)}`,
  }),
  notAStub: (module: string, path: string, work: string): ScaffoldDifference => ({
    kind: 'not-a-stub',
    blocks: true,
    module,
    paths: [path],
    message: `${plainText(path, 200)} of the module ${module} is more than a stub: ${work}; leave the work to its builder`,
  }),
  changed: (paths: readonly string[]): ScaffoldDifference => ({
    kind: 'changed',
    blocks: false,
    paths: [...paths],
    message: `${countOf(paths.length, 'existing file')} ${paths.length === 1 ? 'was' : 'were'} changed: ${formatPathSample(paths)}`,
  }),
  unowned: (paths: readonly string[]): ScaffoldDifference => ({
    kind: 'unowned',
    blocks: false,
    paths: [...paths],
    message: `${countOf(paths.length, 'new file')} ${paths.length === 1 ? 'belongs' : 'belong'} to no module: ${formatPathSample(paths)}`,
  }),
  noSharedTypes: (): ScaffoldDifference => ({
    kind: 'shared-types',
    blocks: true,
    paths: ['.orchestration/contracts/interfaces/shared-types.md'],
    message: 'interfaces/shared-types.md is missing or empty; write the types that several modules use',
  }),
  sharedTypesMissing: (paths: readonly string[]): ScaffoldDifference => ({
    kind: 'shared-types',
    blocks: true,
    paths: [...paths],
    message: `the shared types are missing at the path that interfaces/shared-types.md names: ${formatPathSample(paths)}; write them there`,
  }),
  tests: (end: TestEnd & { tail: string }): ScaffoldDifference => ({
    kind: 'tests',
    blocks: true,
    paths: [],
    message: `the test command does not run: ${describeTests(end)}${end.tail === '' ? '' : `; the end of its output: ${plainText(end.tail.slice(-400))}`}`,
  }),
  noTests: (): ScaffoldDifference => ({
    kind: 'no-tests',
    blocks: false,
    paths: [],
    message: 'the test command runs, but finds no tests yet',
  }),
};
