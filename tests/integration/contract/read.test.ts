import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashContract } from '../../../src/contract/hash.ts';
import { readContractFiles } from '../../../src/contract/read.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { makeContract } from '../../unit/contract/sample.ts';
import { writeContract } from './tree.ts';

function prepare() {
  const root = makeScratch();
  writeContract(root);
  return { root, folder: join(root, '.orchestration/contracts') };
}

describe('the files of a contract', () => {
  it('are read as they are', () => {
    const { root } = prepare();
    const read = readContractFiles(root);
    expect(read.ok && [...read.value].sort()).toEqual([...makeContract()].sort());
  });

  it('have the hash that a gate binds an approval to', () => {
    const { root } = prepare();
    expect(hashContract(unwrap(readContractFiles(root)))).toBe(hashContract(makeContract()));
  });

  it('are none where there is no contract', () => {
    const read = readContractFiles(makeScratch());
    expect(read.ok && read.value.size).toBe(0);
  });

  it.each([
    [
      'a link to a file',
      'contract-link',
      (folder: string) => symlinkSync('/etc/hostname', join(folder, 'decisions/002-x.md')),
    ],
    ['a link to a folder', 'contract-link', (folder: string) => symlinkSync('/tmp', join(folder, 'more'))],
    [
      'a folder that is a link',
      'contract-link',
      (folder: string) => {
        renameSync(folder, `${folder}-moved`);
        symlinkSync(`${folder}-moved`, folder);
      },
    ],
    [
      'a file above 1 MiB',
      'contract-file-large',
      (folder: string) => writeFileSync(join(folder, 'architecture.md'), 'x'.repeat(1024 * 1024 + 1)),
    ],
    [
      'bytes that are no text',
      'contract-not-text',
      (folder: string) => writeFileSync(join(folder, 'locks.json'), Buffer.from([0xc3, 0x28])),
    ],
    [
      'a file in its place',
      'not-a-directory',
      (folder: string) => {
        renameSync(folder, `${folder}-moved`);
        writeFileSync(folder, '');
      },
    ],
  ])('are refused with %s', (_, code, spoil) => {
    const { root, folder } = prepare();
    mkdirSync(join(folder, 'decisions'), { recursive: true });
    spoil(folder);
    expect(readContractFiles(root)).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });
});
