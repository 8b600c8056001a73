import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWithoutLink } from '../../../../src/system/files/own-file.ts';
import { makeScratch } from '../../../harness/scratch.ts';

describe('a document of a run', () => {
  it('is read, or missing', () => {
    const path = join(makeScratch(), 'run.json');
    expect(readWithoutLink(path)).toBeUndefined();
    writeFileSync(path, '{}');
    expect(readWithoutLink(path)).toBe('{}');
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['a named pipe', (path) => execFileSync('mkfifo', [path]), /is not a regular file/],
    ['a folder', (path) => mkdirSync(path), /is not a regular file/],
    ['a link', (path) => symlinkSync('/etc/hosts', path), /is a link/],
  ])('is refused as %s, and nothing is waited for', (_, make, message) => {
    const path = join(makeScratch(), 'run.json');
    make(path);
    expect(() => readWithoutLink(path)).toThrow(message);
  });
});
