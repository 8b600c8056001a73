import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBoundedText } from '../../../src/system/files/bounded.ts';
import { withLock } from '../../../src/system/files/lock.ts';
import { openWithoutLink } from '../../../src/system/files/own-file.ts';
import { makeScratch } from '../../harness/scratch.ts';

describe('a file that an agent may have put there', () => {
  const folder = makeScratch();
  const place = (name: string) => join(folder, name);
  writeFileSync(place('text'), 'text');
  symlinkSync(place('text'), place('link'));
  symlinkSync('/dev/zero', place('device'));
  mkdirSync(place('folder'));
  execFileSync('mkfifo', [place('pipe')]);
  writeFileSync(place('large'), '');
  truncateSync(place('large'), 2 ** 40);

  it('is read if it is a regular file, also through a link', () => {
    expect(readBoundedText(place('text'))).toBe('text');
    expect(readBoundedText(place('link'))).toBe('text');
    expect(() => readBoundedText(place('text'), 3)).toThrow('has 4 bytes; the limit is 3');
  });

  it.each([
    ['pipe', 'EINVAL'],
    ['device', 'EINVAL'],
    ['folder', 'EISDIR'],
    ['large', 'EFBIG'],
    ['missing', 'ENOENT'],
  ])('is refused at once if it is a %s', (name, code) => {
    expect(() => readBoundedText(place(name))).toThrow(expect.objectContaining({ code }));
  });

  it('makes no ledger and no lock wait if it is a named pipe', () => {
    expect(() => openWithoutLink(place('pipe'), 1, 'append')).toThrow('pipe');
    expect(() => withLock(place('pipe'), () => {})).toThrow('pipe');
  });
});
