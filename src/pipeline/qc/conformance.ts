import { LABEL } from '../../findings/bullets.ts';
import { readPlace } from '../../findings/place.ts';
import { reportsNoTests } from '../../source/test-count.ts';
import { type TestRun, testsPassed } from '../../workspace/tests/test-result.ts';
import { type ScaffoldDifference, scaffoldDifferences } from './conformance-wording.ts';
import { describeImplementation, isProgram } from './stub.ts';

/** A file of the scaffold's tree. */
export interface ScaffoldFile {
  /** Relative to the tree, with `/`. */
  path: string;
  /** Against the commit that the scaffold started from. */
  change: 'added' | 'changed' | 'kept';
  /** Of an added file that holds a program. */
  text?: string;
}

/** All that the check of a scaffold is decided from. */
export interface Scaffold {
  modules: readonly { name: string; paths: readonly string[] }[];
  sharedPaths: readonly string[];
  files: readonly ScaffoldFile[];
  /** The text of `interfaces/shared-types.md`; null if it is missing. */
  sharedTypes: string | null;
  /** The engine's own run of the test command. */
  tests: Pick<TestRun, 'code' | 'signal' | 'timedOut' | 'durationMs' | 'startError' | 'tail' | 'count'>;
  /** The contract's own reading of globs. */
  compile(globs: readonly string[]): (path: string) => boolean;
}

export interface ScaffoldCheck {
  conforms: boolean;
  differences: ScaffoldDifference[];
}

const ENGINE_PATHS = /^\.orchestration\//;

/** Compares a scaffold with the contracts. Returns the differences, blocking ones first. Pure. */
export function checkScaffold(scaffold: Scaffold): ScaffoldCheck {
  const shared = sharedTypesFiles(scaffold.sharedTypes ?? '');
  const differences = [
    ...scaffold.modules.flatMap((module) => checkModule(module, scaffold)),
    ...checkSharedTypes(shared, scaffold),
    ...checkTests(scaffold.tests),
    ...findImplementations(shared, scaffold),
    ...findUnownedAndChanged(shared, scaffold),
  ].sort((a, b) => Number(b.blocks) - Number(a.blocks));
  return { conforms: !differences.some(({ blocks }) => blocks), differences };
}

/** The files that `shared-types.md` names in lines like `File: src/shared/types.ts`. */
export function sharedTypesFiles(text: string): string[] {
  const named = text.split('\n').flatMap((raw) => {
    const [, label = '', value = ''] = LABEL.exec(raw.replace(/^[\s>]*(?:[-*+] )?/, '').trim()) ?? [];
    return /^(?:file|path|location)$/i.test(label) ? value.split(/,\s+/) : [];
  });
  return [...new Set(named.flatMap((name) => readPlace(name.trim())?.path ?? []))];
}

function checkModule(
  { name, paths }: Scaffold['modules'][number],
  { files, compile }: Scaffold,
): ScaffoldDifference[] {
  const isOwn = compile(paths);
  const moduleFiles = files.filter(({ path }) => isOwn(path));
  if (moduleFiles.length === 0) return [scaffoldDifferences.moduleMissing(name, paths)];
  const emptyPaths = paths.filter((glob) => !moduleFiles.some(({ path }) => compile([glob])(path)));
  return [
    ...(moduleFiles.some(({ path }) => isProgram(path)) ? [] : [scaffoldDifferences.noEntry(name, paths)]),
    ...(emptyPaths.length > 0 ? [scaffoldDifferences.pathEmpty(name, emptyPaths)] : []),
  ];
}

function checkSharedTypes(named: readonly string[], { files, sharedTypes }: Scaffold): ScaffoldDifference[] {
  if (sharedTypes === null || sharedTypes.trim() === '') return [scaffoldDifferences.noSharedTypes()];
  const missing = named.filter((path) => !files.some((file) => file.path === path));
  return missing.length > 0 ? [scaffoldDifferences.sharedTypesMissing(missing)] : [];
}

function checkTests(tests: Scaffold['tests']): ScaffoldDifference[] {
  const isEmpty = tests.startError === undefined && !tests.timedOut && hasNoTests(tests);
  if (isEmpty) return [scaffoldDifferences.noTests()];
  return testsPassed(tests) ? [] : [scaffoldDifferences.tests(tests)];
}

// pytest prints only its warnings if it has some, and says by its count that no test ran.
function hasNoTests({ tail, count }: Scaffold['tests']): boolean {
  return reportsNoTests(tail) || (count !== undefined && count.run + count.skipped === 0);
}

/** The shared types are written in full, so they may be long. */
function findImplementations(
  shared: readonly string[],
  { modules, files, compile }: Scaffold,
): ScaffoldDifference[] {
  return modules.flatMap(({ name, paths }) => {
    const isOwn = compile(paths);
    return files.flatMap(({ path, text }) => {
      if (text === undefined || !isOwn(path) || shared.includes(path)) return [];
      const work = describeImplementation(path, text);
      return work === undefined ? [] : [scaffoldDifferences.notAStub(name, path, work)];
    });
  });
}

/** Files that no module owns, and files of before that the scaffold has touched. */
function findUnownedAndChanged(
  shared: readonly string[],
  { modules, sharedPaths, files, compile }: Scaffold,
): ScaffoldDifference[] {
  const isShared = compile(sharedPaths);
  const isOwned = compile(modules.flatMap(({ paths }) => paths));
  const otherFiles = files.filter(
    ({ path }) => !isShared(path) && !ENGINE_PATHS.test(path) && !shared.includes(path),
  );
  const pathsOf = (found: readonly ScaffoldFile[]) => found.map(({ path }) => path);
  const unowned = pathsOf(otherFiles.filter(({ path, change }) => change === 'added' && !isOwned(path)));
  const changed = pathsOf(otherFiles.filter(({ change }) => change === 'changed'));
  return [
    ...(unowned.length > 0 ? [scaffoldDifferences.unowned(unowned)] : []),
    ...(changed.length > 0 ? [scaffoldDifferences.changed(changed)] : []),
  ];
}
