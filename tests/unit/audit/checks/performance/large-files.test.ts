import { describe, expect, it } from 'vitest';
import { formatSize, run } from '../../../../../src/audit/checks/performance/large-files.ts';
import { type Files, fakeTree, rulesOf } from '../../fake-tree.ts';

const MIB = 1024 * 1024;
const long = (lines: number) => 'const value = compute(1);\n'.repeat(lines);

const FINDINGS: [name: string, files: Files, found: string[]][] = [
  ['a binary of 80 MiB', { 'a.zip': { size: 80 * MIB } }, ['large-file major']],
  ['a fixture of 80 MiB', { 'tests/a.bin': { size: 80 * MIB } }, ['large-file minor']],
  ['a binary of 8 MiB', { 'a.zip': { size: 8 * MIB } }, []],
  [
    'in large-file storage',
    { 'a.psd': { size: 90 * MIB }, '.gitattributes': '*.psd filter=lfs -text\n' },
    [],
  ],
  ['not tracked', { 'a.zip': { size: 90 * MIB, tracked: false } }, []],
  ['nothing', {}, []],
];

const NUMBERS: [name: string, files: Files, listed: string[]][] = [
  ['a binary', { 'a.zip': { size: 2 * MIB } }, ['Large files: a.zip: 2.0 MiB']],
  [
    'a photograph',
    { 'a.jpg': { size: 3 * MIB }, 'b.png': { size: 100_000 } },
    ['Large files: a.jpg: 3.0 MiB'],
  ],
  [
    'a bundle',
    { 'assets/app.min.js': `var a=${'1+'.repeat(200_000)}1` },
    ['Large files: assets/app.min.js: 391 KiB'],
  ],
  ['a lock file', { 'package-lock.json': { size: 3 * MIB } }, []],
  ['a long source', { 'a.ts': long(4000), 'b.ts': long(1000) }, ['Long files: a.ts: 4001 lines']],
  ['a long test or data', { 'a.test.ts': long(4000), 'data.csv': long(4000) }, []],
];

describe('large-files', () => {
  it.each(FINDINGS)('finds %s', async (_name, files, found) => {
    const result = await run(fakeTree(files));
    const rules = rulesOf(result);
    expect(result.findings.map((f, i) => `${rules[i]} ${f.severity}`)).toEqual(found);
  });

  it.each(NUMBERS)('lists %s without a severity', async (_name, files, listed) => {
    const { findings, numbers = [] } = await run(fakeTree(files));
    expect(findings).toEqual([]);
    expect(numbers.map(({ topic, text }) => `${topic}: ${text}`)).toEqual(listed);
  });

  it.each([
    [12, '12 B'],
    [2048, '2 KiB'],
    [1.5 * MIB, '1.5 MiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});
