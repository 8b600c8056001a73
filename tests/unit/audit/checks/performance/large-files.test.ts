import { describe, expect, it } from 'vitest';
import { formatSize, run } from '../../../../../src/audit/checks/performance/large-files.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const MIB = 1024 * 1024;
const long = (lines: number) => 'const value = compute(1);\n'.repeat(lines);

const CASES: [name: string, files: Files, found: string[]][] = [
  ['a binary of 2 MiB', { 'a.zip': { size: 2 * MIB } }, ['large-file minor']],
  ['a binary of 8 MiB', { 'a.zip': { size: 8 * MIB } }, ['large-file major']],
  ['a fixture of 8 MiB', { 'tests/a.bin': { size: 8 * MIB } }, ['large-file minor']],
  ['a fixture of 80 MiB', { 'tests/a.bin': { size: 80 * MIB } }, ['large-file major']],
  ['a photograph', { 'a.jpg': { size: 3 * MIB }, 'b.png': { size: 100_000 } }, ['heavy-image minor']],
  [
    'in large-file storage',
    { 'a.psd': { size: 90 * MIB }, '.gitattributes': '*.psd filter=lfs -text\n' },
    [],
  ],
  ['not tracked', { 'a.zip': { size: 90 * MIB, tracked: false } }, []],
  ['a lock file', { 'package-lock.json': { size: 3 * MIB } }, []],
  ['a bundle', { 'assets/app.min.js': `var a=${'1+'.repeat(200_000)}1` }, ['tracked-bundle minor']],
  ['a long source', { 'a.ts': long(4000), 'b.ts': long(1000) }, ['long-source minor']],
  ['a long test or data', { 'a.test.ts': long(4000), 'data.csv': long(4000) }, []],
  ['nothing', {}, []],
];

describe('large-files', () => {
  it.each(CASES)('%s', async (_name, files, found) => {
    const result = await run(fakeTree(files));
    const rules = rulesOf(result);
    expect(result.findings.map((f, i) => `${rules[i]} ${f.severity}`)).toEqual(found);
  });

  it.each([
    [12, '12 B'],
    [2048, '2 KiB'],
    [1.5 * MIB, '1.5 MiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});
