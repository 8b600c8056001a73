import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import {
  checkScaffold,
  type Scaffold,
  type ScaffoldFile,
  sharedTypesFiles,
} from '../../../../src/pipeline/qc/conformance.ts';

const compile = (globs: readonly string[]) =>
  globs.length === 0 ? () => false : picomatch([...globs], { dot: true });
const added = (path: string, text?: string): ScaffoldFile => ({
  path,
  change: 'added',
  ...(text === undefined ? {} : { text }),
});
const kept = (path: string): ScaffoldFile => ({ path, change: 'kept' });
const STUB = 'export function f(): void { throw new Error("not implemented"); }\n';
const WORK = 'export function f(x: number) {\n  if (x > 1) return 2;\n  return 1;\n}\n';

const GOOD: Scaffold = {
  modules: [
    { name: 'auth', paths: ['src/auth/**', 'tests/auth/**'] },
    { name: 'store', paths: ['src/store/**'] },
  ],
  sharedPaths: ['package.json'],
  files: [
    added('src/auth/index.ts', STUB),
    added('tests/auth/login.test.ts', 'it.todo("logs in");\n'),
    added('src/store/index.ts', STUB),
    added('src/shared/types.ts', WORK),
    added('package.json'),
    { path: '.orchestration/contracts/modules.json', change: 'changed' },
    added('.orchestration/brains/scaffold.md'),
  ],
  sharedTypes: '# Shared types\n\nFile: src/shared/types.ts\n',
  tests: { code: 0, signal: null, timedOut: false, durationMs: 900, tail: '2 passed' },
  compile,
};

const without = (path: string) => GOOD.files.filter((file) => file.path !== path);
const replace = (file: ScaffoldFile) => [...without(file.path), file];

describe('checkScaffold', () => {
  it('finds no difference where there is none', () => {
    expect(checkScaffold(GOOD)).toEqual({ conforms: true, differences: [] });
  });

  it.each<[string, Partial<Scaffold>, string, boolean, RegExp]>([
    [
      'a module without a file',
      { files: without('src/store/index.ts') },
      'module-missing',
      true,
      /^the module store has no file: nothing matches src\/store\/\*\*; /,
    ],
    [
      'a module without a program',
      { files: [...without('src/store/index.ts'), added('src/store/README.md')] },
      'no-entry',
      false,
      /store has no source file/,
    ],
    [
      'a path with nothing',
      { files: without('tests/auth/login.test.ts') },
      'path-empty',
      false,
      /the module auth has no file at tests\/auth\/\*\*$/,
    ],
    [
      'work in a module',
      { files: replace(added('src/auth/index.ts', WORK)) },
      'not-a-stub',
      true,
      /src\/auth\/index\.ts of the module auth is more than a stub: it branches/,
    ],
    [
      'shared types nowhere',
      { files: without('src/shared/types.ts') },
      'shared-types',
      true,
      /missing at the path that .* names: src\/shared\/types\.ts/,
    ],
    [
      'no page of shared types',
      { sharedTypes: null, files: without('src/shared/types.ts') },
      'shared-types',
      true,
      /missing or empty/,
    ],
    [
      'an empty page of shared types',
      { sharedTypes: ' \n', files: without('src/shared/types.ts') },
      'shared-types',
      true,
      /missing or empty/,
    ],
    [
      'a file without an owner',
      { files: [...GOOD.files, added('src/util.ts', WORK)] },
      'unowned',
      false,
      /^1 new file belongs to no module: src\/util\.ts$/,
    ],
    [
      'a file of before that is changed',
      { files: [...GOOD.files, { path: 'src/auth/old.ts', change: 'changed' }] },
      'changed',
      false,
      /^1 existing file was changed: src\/auth\/old\.ts$/,
    ],
    [
      'failing tests',
      { tests: { ...GOOD.tests, code: 2, tail: 'SyntaxError' } },
      'tests',
      true,
      /exit code 2 after 0\.9 s; the end of its output: SyntaxError$/,
    ],
    [
      'no tests, of which pytest says only that it warned',
      {
        tests: { ...GOOD.tests, code: 5, tail: '1 warning in 0.01s', count: { run: 0, skipped: 0 } },
      },
      'no-tests',
      false,
      /finds no tests yet$/,
    ],
    [
      'tests that do not end',
      { tests: { ...GOOD.tests, code: null, timedOut: true, tail: '' } },
      'tests',
      true,
      /did not end in time and was stopped after 0\.9 s$/,
    ],
    [
      'tests that hang and then say that there are none',
      { tests: { ...GOOD.tests, timedOut: true, tail: 'no tests found' } },
      'tests',
      true,
      /did not end in time/,
    ],
    [
      'a program that is not there',
      { tests: { ...GOOD.tests, code: null, startError: 'jest was not found' } },
      'tests',
      true,
      /jest was not found/,
    ],
    [
      'no tests yet',
      { tests: { ...GOOD.tests, code: 1, tail: 'No test files found, exiting with code 1' } },
      'no-tests',
      false,
      /finds no tests yet/,
    ],
    [
      'no tests yet, and a good end',
      { tests: { ...GOOD.tests, tail: 'Ran 0 tests in 0.000s' } },
      'no-tests',
      false,
      /finds no tests yet/,
    ],
  ])('%s', (_, more, kind, blocks, message) => {
    const { conforms, differences } = checkScaffold({ ...GOOD, ...more });
    expect(differences.map((difference) => difference.kind)).toEqual([kind]);
    expect(differences[0]).toMatchObject({ blocks, message: expect.stringMatching(message) });
    expect(conforms).toBe(!blocks);
  });

  it('names what blocks first', () => {
    const { differences } = checkScaffold({
      ...GOOD,
      files: [...without('tests/auth/login.test.ts'), added('x.ts'), added('src/store/big.ts', WORK)],
    });
    expect(differences.map(({ kind, blocks }) => [kind, blocks])).toEqual([
      ['not-a-stub', true],
      ['path-empty', false],
      ['unowned', false],
    ]);
  });

  it('leaves alone what was there before, in a module or not', () => {
    const files = [...GOOD.files, kept('src/auth/old.ts'), kept('src/legacy.ts')];
    expect(checkScaffold({ ...GOOD, files }).differences).toEqual([]);
    const only = [...without('src/store/index.ts'), kept('src/store/old.py')];
    expect(checkScaffold({ ...GOOD, files: only }).differences).toEqual([]);
  });

  it('needs no file of shared types where none is named', () => {
    const files = without('src/shared/types.ts');
    expect(checkScaffold({ ...GOOD, files, sharedTypes: '# None yet\n' }).differences).toEqual([]);
  });

  it('shows a few of very many paths, on one line', () => {
    const files = [...GOOD.files, ...Array.from({ length: 30 }, (_, n) => added(`etc/${n}\u001b[2J\n.ts`))];
    const [unowned] = checkScaffold({ ...GOOD, files }).differences;
    expect(unowned?.paths).toHaveLength(30);
    expect(unowned?.message).toBe(
      '30 new files belong to no module: etc/0 .ts, etc/1 .ts, etc/2 .ts, etc/3 .ts, etc/4 .ts and 25 more',
    );
  });
});

describe('sharedTypesFiles', () => {
  it.each([
    ['File: src/shared/types.ts', ['src/shared/types.ts']],
    ['**File:** `src/shared/types.ts`', ['src/shared/types.ts']],
    ['- Path: ./src/a.ts', ['src/a.ts']],
    ['> Location: src/a.ts', ['src/a.ts']],
    ['Files: src/a.ts, src/b.ts', ['src/a.ts', 'src/b.ts']],
    ['File: src/a.ts\nFile: src/a.ts', ['src/a.ts']],
    ['The file src/a.ts holds them.', []],
    ['Severity: high', []],
    ['File: to be decided', []],
    ['', []],
  ])('%j', (text, paths) => {
    expect(sharedTypesFiles(text)).toEqual(paths);
  });
});
