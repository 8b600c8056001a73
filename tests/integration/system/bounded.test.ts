import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBoundedText, readTextEnd, readTextLines } from '../../../src/system/files/bounded.ts';
import { withLock } from '../../../src/system/files/lock.ts';
import { openWithoutLink } from '../../../src/system/files/own-file.ts';
import { makeKeptScratch } from '../../harness/scratch.ts';

describe('a file that an agent may have put there', () => {
  const folder = makeKeptScratch();
  afterAll(() => rmSync(folder, { recursive: true }));
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

describe('a transcript of any length', () => {
  const folder = makeKeptScratch();
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (text: string) => {
    const path = join(folder, 'lines');
    writeFileSync(path, text);
    return path;
  };

  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['é\r\nü', ['é\r', 'ü']],
  ])('is read line by line: %j', (text, expected) => {
    expect([...readTextLines(write(text))]).toEqual(expected);
  });

  it('is read over the ends of its pieces, without lines of over 32 MiB', () => {
    const long = 'ü'.repeat(700_000);
    const path = write(`${long}\nfirst\n${long}${long}\n${'x'.repeat(33 * 1024 * 1024)}\nlast`);
    expect([...readTextLines(path)].map((line) => [line.length, line.slice(-4)])).toEqual([
      [700_000, 'üüüü'],
      [5, 'irst'],
      [1_400_000, 'üüüü'],
      [4, 'last'],
    ]);
  });

  it('gives its last whole lines', () => {
    expect(readTextEnd(write('first\nsecond\nthird\n'), 13)).toBe('third\n');
    expect(readTextEnd(write('first\nsecond\n'), 1000)).toBe('first\nsecond\n');
    expect(readTextEnd(write('a line without an end'), 5)).toBe('');
  });

  it('is refused if it is no regular file, or has more than 1 GiB', () => {
    const path = write('');
    truncateSync(path, 2 ** 30 + 1);
    expect(() => [...readTextLines(path)]).toThrow(expect.objectContaining({ code: 'EFBIG' }));
    expect(() => [...readTextLines(folder)]).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    expect(() => readTextEnd(folder, 10)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    // Of a larger one, the end takes no more memory than it has bytes.
    truncateSync(path, 2 ** 40);
    expect(readTextEnd(path, 10)).toBe('');
  });
});
