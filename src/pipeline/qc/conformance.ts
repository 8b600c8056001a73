import { LABEL } from '../../findings/bullets.ts';
import { readPlace } from '../../findings/place.ts';
import { passed, type TestRun } from '../../workspace/tests/test-log.ts';
import { type Difference, differs } from './conformance-wording.ts';
import { saysNoTests } from './no-tests.ts';
import { describeWork, isProgram } from './stub.ts';

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
  /** The text of `interfaces/shared-types.md`; null where there is none. */
  sharedTypes: string | null;
  /** The engine's own run of the test command. */
  tests: Pick<TestRun, 'code' | 'signal' | 'timedOut' | 'durationMs' | 'startError' | 'tail'>;
  /** The contract's own reading of globs. */
  compile(globs: readonly string[]): (path: string) => boolean;
}

export interface Conformance {
  conforms: boolean;
  differences: Difference[];
}

const OURS = /^\.orchestration\//;

/** Compares a scaffold with the contracts; what blocks comes first. Pure. */
export function checkScaffold(scaffold: Scaffold): Conformance {
  const shared = sharedTypesFiles(scaffold.sharedTypes ?? '');
  const differences = [
    ...scaffold.modules.flatMap((module) => checkModule(module, scaffold)),
    ...checkSharedTypes(shared, scaffold),
    ...checkTests(scaffold.tests),
    ...findWork(shared, scaffold),
    ...findForeign(shared, scaffold),
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
): Difference[] {
  const isOwn = compile(paths);
  const own = files.filter(({ path }) => isOwn(path));
  if (own.length === 0) return [differs.moduleMissing(name, paths)];
  const empty = paths.filter((glob) => !own.some(({ path }) => compile([glob])(path)));
  return [
    ...(own.some(({ path }) => isProgram(path)) ? [] : [differs.noEntry(name, paths)]),
    ...(empty.length > 0 ? [differs.pathEmpty(name, empty)] : []),
  ];
}

function checkSharedTypes(named: readonly string[], { files, sharedTypes }: Scaffold): Difference[] {
  if (sharedTypes === null || sharedTypes.trim() === '') return [differs.noSharedTypes()];
  const missing = named.filter((path) => !files.some((file) => file.path === path));
  return missing.length > 0 ? [differs.sharedTypesMissing(missing)] : [];
}

function checkTests(tests: Scaffold['tests']): Difference[] {
  const isEmpty = tests.startError === undefined && !tests.timedOut && saysNoTests(tests.tail);
  if (isEmpty) return [differs.noTests()];
  return passed(tests) ? [] : [differs.tests(tests)];
}

/** The shared types are written in full, so they may be long. */
function findWork(shared: readonly string[], { modules, files, compile }: Scaffold): Difference[] {
  return modules.flatMap(({ name, paths }) => {
    const isOwn = compile(paths);
    return files.flatMap(({ path, text }) => {
      if (text === undefined || !isOwn(path) || shared.includes(path)) return [];
      const work = describeWork(path, text);
      return work === undefined ? [] : [differs.notAStub(name, path, work)];
    });
  });
}

/** Files that no module owns, and files of before that the scaffold has touched. */
function findForeign(
  shared: readonly string[],
  { modules, sharedPaths, files, compile }: Scaffold,
): Difference[] {
  const isShared = compile(sharedPaths);
  const isOwned = compile(modules.flatMap(({ paths }) => paths));
  const others = files.filter(({ path }) => !isShared(path) && !OURS.test(path) && !shared.includes(path));
  const pathsOf = (found: readonly ScaffoldFile[]) => found.map(({ path }) => path);
  const unowned = pathsOf(others.filter(({ path, change }) => change === 'added' && !isOwned(path)));
  const changed = pathsOf(others.filter(({ change }) => change === 'changed'));
  return [
    ...(unowned.length > 0 ? [differs.unowned(unowned)] : []),
    ...(changed.length > 0 ? [differs.changed(changed)] : []),
  ];
}
