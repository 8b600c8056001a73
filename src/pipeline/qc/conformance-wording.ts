import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { describeTests, type TestEnd } from '../../workspace/tests/test-log.ts';

/** Something in which a scaffold differs from the contracts. */
export interface Difference {
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
  /** Whether no builder may start before it is put right; the others are shown. */
  blocks: boolean;
  module?: string;
  paths: string[];
  message: string;
}

const SHOWN = 5;

function sample(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).map((path) => plainText(path, 120));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** In what a scaffold can differ from the contracts, and what to do about it. */
export const differs = {
  moduleMissing: (module: string, paths: readonly string[]): Difference => ({
    kind: 'module-missing',
    blocks: true,
    module,
    paths: [...paths],
    message: `the module ${module} has no file: nothing matches ${sample(paths)}; make its entry`,
  }),
  noEntry: (module: string, paths: readonly string[]): Difference => ({
    kind: 'no-entry',
    blocks: false,
    module,
    paths: [...paths],
    message: `the module ${module} has no program to start from, only other files`,
  }),
  pathEmpty: (module: string, paths: readonly string[]): Difference => ({
    kind: 'path-empty',
    blocks: false,
    module,
    paths: [...paths],
    message: `nothing of the module ${module} is at ${sample(paths)}`,
  }),
  notAStub: (module: string, path: string, work: string): Difference => ({
    kind: 'not-a-stub',
    blocks: true,
    module,
    paths: [path],
    message: `${plainText(path, 200)} of the module ${module} is more than a stub: ${work}; leave the work to its builder`,
  }),
  changed: (paths: readonly string[]): Difference => ({
    kind: 'changed',
    blocks: false,
    paths: [...paths],
    message: `${countOf(paths.length, 'file')} that ${paths.length === 1 ? 'was' : 'were'} there before ${paths.length === 1 ? 'is' : 'are'} changed: ${sample(paths)}`,
  }),
  unowned: (paths: readonly string[]): Difference => ({
    kind: 'unowned',
    blocks: false,
    paths: [...paths],
    message: `${countOf(paths.length, 'new file')} ${paths.length === 1 ? 'belongs' : 'belong'} to no module: ${sample(paths)}`,
  }),
  noSharedTypes: (): Difference => ({
    kind: 'shared-types',
    blocks: true,
    paths: ['.orchestration/contracts/interfaces/shared-types.md'],
    message: 'interfaces/shared-types.md is missing or empty; write the types that cross modules',
  }),
  sharedTypesMissing: (paths: readonly string[]): Difference => ({
    kind: 'shared-types',
    blocks: true,
    paths: [...paths],
    message: `the shared types are not where interfaces/shared-types.md puts them: ${sample(paths)}; write them there`,
  }),
  tests: (end: TestEnd & { tail: string }): Difference => ({
    kind: 'tests',
    blocks: true,
    paths: [],
    message: `the test command does not run: ${describeTests(end)}${end.tail === '' ? '' : `; it ended with: ${plainText(end.tail.slice(-600), 300)}`}`,
  }),
  noTests: (): Difference => ({
    kind: 'no-tests',
    blocks: false,
    paths: [],
    message: 'the test command runs, and finds no tests yet',
  }),
};
