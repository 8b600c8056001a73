import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strayPaths } from '../../../../src/contract/rights.ts';
import { isCaseBlind, isCaseBlindSystem, restoreCase } from '../../../../src/system/files/letter-case.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

/** Folders of a file system that ignores case, which Linux does not have: simulated. */
const FOLDERS: Record<string, string[]> = {
  '/': ['Users'],
  '/Users': ['ann'],
  '/Users/ann': ['runs', 'Caf\u0065\u0301'],
  '/Users/ann/runs': ['ledger.jsonl', 'README', 'readme'],
};
const list = (folder: string) => FOLDERS[folder] ?? [];

describe('restoreCase', () => {
  it.each([
    ['/users/ANN/Runs/LEDGER.JSONL', '/Users/ann/runs/ledger.jsonl'],
    ['/Users/ann/runs/readme', '/Users/ann/runs/readme'],
    ['/users/ann/caf\u00e9', '/Users/ann/Caf\u0065\u0301'],
    ['/Users/ann/new/File', '/Users/ann/new/File'],
    ['/', '/'],
  ])('%s', (path, expected) => expect(restoreCase(path, list)).toBe(expected));

  it('keeps names that are there as they are', () => {
    const folder = makeScratch();
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'B'), '');
    expect(restoreCase(join(folder, 'a', 'B'))).toBe(join(folder, 'a', 'B'));
    expect(restoreCase(join(folder, 'a', 'b'))).toBe(join(folder, 'a', 'B'));
  });
});

describe('isCaseBlind', () => {
  it('compares the identity of a folder under both forms of its name', () => {
    const blind = (path: string) => path.toLowerCase();
    expect(isCaseBlind('/tmp/Work', blind)).toBe(true);
    expect(isCaseBlind('/tmp/123', blind)).toBe(true);
    expect(isCaseBlind('/1/2', blind)).toBe(false);
    expect(isCaseBlind('/tmp/Work', (path) => path)).toBe(false);
    expect(isCaseBlind('/tmp/Work', () => undefined)).toBe(false);
  });

  it.skipIf(isCaseBlindSystem())('is false for a folder with a link of that name (Linux only)', () => {
    const folder = makeScratch();
    mkdirSync(join(folder, 'tree'));
    symlinkSync('tree', join(folder, 'TREE'));
    expect(isCaseBlind(join(folder, 'tree'))).toBe(false);
  });
});

it('the rights of an agent ignore case where the file system does', () => {
  const writes = ['src/Auth/**', '!src/auth/private/**'];
  const changed = ['src/auth/login.ts', 'src/auth/PRIVATE/key.ts', 'src/other.ts'];
  expect(strayPaths(writes, changed)).toEqual(changed);
  expect(strayPaths(writes, changed, true)).toEqual(['src/auth/PRIVATE/key.ts', 'src/other.ts']);
});
