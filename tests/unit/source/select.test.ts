import { describe, expect, it } from 'vitest';
import { selectCode } from '../../../src/source/select.ts';
import { type Files, fakeTree } from '../audit/fake-tree.ts';

const selected = (files: Files) => [...selectCode(fakeTree(files))].map(({ path }) => path);
const CODE = 'export const price = 1;\n';
const all = (...paths: string[]): Files => Object.fromEntries(paths.map((path) => [path, CODE]));

describe('selectCode', () => {
  it.each([
    ['a script beside its source', ['src/a.js', 'src/a.ts'], ['src/a.ts']],
    ['a component beside its source', ['src/a.jsx', 'src/a.tsx'], ['src/a.tsx']],
    ['two forms of one script', ['a.cjs', 'a.mjs'], ['a.mjs']],
    ['what is shipped of src', ['lib/x/a.js', 'esm/x/a.mjs', 'cjs/x/a.cjs', 'src/x/a.ts'], ['src/x/a.ts']],
    ['a package of a workspace', ['packages/p/lib/a.js', 'packages/p/src/a.ts'], ['packages/p/src/a.ts']],
    ['the output of a build', ['dist/a.js', 'src/a.ts'], ['src/a.ts']],
    ['a lib without sources', ['lib/a.js', 'lib/b.ts'], ['lib/a.js', 'lib/b.ts']],
    ['names that differ', ['src/a.js', 'src/b.ts', 'lib/c.js'], ['lib/c.js', 'src/a.js', 'src/b.ts']],
    ['sources below lib in src', ['src/lib/a.ts', 'src/a.ts'], ['src/a.ts', 'src/lib/a.ts']],
    ['what no compiler writes', ['lib/a.ts', 'src/a.ts'], ['lib/a.ts', 'src/a.ts']],
    ['a test in another folder', ['tests/a.js', 'src/a.ts'], ['src/a.ts', 'tests/a.js']],
    ['a declaration beside a script', ['src/a.d.ts', 'src/a.js'], ['src/a.d.ts', 'src/a.js']],
  ])('%s', (_, paths, kept) => {
    expect(selected(all(...paths))).toEqual(kept);
  });

  it.each([
    ['TypeScript', '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n'],
    ['a bundler', 'var __defProp = Object.defineProperty;\nvar x = 1;\n'],
    ['one that leaves a map', `${CODE}//# sourceMappingURL=a.js.map\n`],
  ])('not what %s has written', (_, text) => {
    expect(selected({ 'server/a.js': text })).toEqual([]);
  });
});
