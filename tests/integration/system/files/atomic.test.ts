import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendLine } from '../../../../src/system/files/append.ts';
import { writeAtomic } from '../../../../src/system/files/atomic.ts';
import { describeFileError } from '../../../../src/system/files/file-error.ts';
import { ExpectedError } from '../../../../src/system/result.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8);

describe('an atomic write', () => {
  it('replaces the content, keeps the mode and leaves nothing else behind', () => {
    const directory = makeScratch();
    const path = join(directory, 'settings.json');
    writeAtomic(path, 'old', { mode: 0o600 });
    writeAtomic(path, Buffer.from('new'));
    expect(fs.readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe('600');
    expect(fs.readdirSync(directory)).toEqual(['settings.json']);
  });

  it('replaces a link and does not write through it', () => {
    const directory = makeScratch();
    const path = join(directory, 'report.md');
    fs.writeFileSync(join(directory, 'elsewhere'), 'theirs');
    fs.symlinkSync('elsewhere', path);
    writeAtomic(path, 'ours');
    expect(fs.readFileSync(join(directory, 'elsewhere'), 'utf8')).toBe('theirs');
    expect(fs.lstatSync(path).isFile()).toBe(true);
  });

  it.each<[string, string, (path: string) => void]>([
    ['is-a-directory', 'dir', (path) => fs.mkdirSync(path)],
    ['file-missing', 'none/file', () => {}],
    ['not-a-directory', 'plain/file', (path) => fs.writeFileSync(join(path, '..'), '')],
    ['link-loop', 'loop/file', (path) => fs.symlinkSync('loop', join(path, '..'))],
    ['name-too-long', 'x'.repeat(300), () => {}],
  ])('reports %s with the path and leaves no temporary file', (code, name, plant) => {
    const directory = makeScratch();
    const path = join(directory, name);
    plant(path);
    const before = fs.readdirSync(directory);
    expect(catchError(() => writeAtomic(path, 'x')).failure).toMatchObject({
      cause: 'environment',
      diagnostics: [{ code, target: path, message: expect.stringContaining(path), fix: expect.any(String) }],
    });
    expect(fs.readdirSync(directory)).toEqual(before);
  });
});

describe('an appended line', () => {
  it('with a newline in it is a bug', () => {
    expect(() => appendLine(join(makeScratch(), 'ledger.jsonl'), 'a\nb')).toThrow(TypeError);
  });

  it('cannot go to a directory', () => {
    const path = makeScratch();
    expect(catchError(() => appendLine(path, 'x')).failure.diagnostics[0]?.code).toBe('is-a-directory');
  });
});

describe('a file error', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'EMFILE', 'EFBIG', 'EXOTIC'])(
    '%s names the path, the purpose and what to do',
    (code) => {
      const error = Object.assign(new Error(code), { code, syscall: 'write' });
      const described = describeFileError(error, '/runs/plan.json', 'write the plan');
      expect(described.message).toMatch(/^Cannot write the plan: .+ \(\/runs\/plan\.json\)$/);
      expect(described.failure.diagnostics[0]?.fix).toBeTruthy();
      expect(described.cause).toBe(error);
    },
  );

  it('that did not come from the system is rethrown, because it is a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(() => describeFileError(bug, '/x', 'write')).toThrow(bug);
  });
});

function catchError(act: () => unknown): ExpectedError {
  try {
    act();
  } catch (error) {
    if (error instanceof ExpectedError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
