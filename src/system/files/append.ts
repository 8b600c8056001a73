import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { ExpectedError, fault } from '../result.ts';
import { describeFileError } from './file-error.ts';
import { openOwn } from './own-file.ts';

const { O_RDWR, O_APPEND, O_CREAT } = constants;
const NEWLINE = 0x0a;

/**
 * Appends one line with ONE write, so that lines of many processes never mix. A tail that a crash tore is closed first.
 * Readers skip blank lines: a line that another process was just writing can look torn here, and gets a blank one after it.
 * Throws an ExpectedError that names the path; a line with a newline in it is a bug.
 */
export function appendLine(path: string, line: string): void {
  if (line.includes('\n')) throw new TypeError('a ledger line must not contain a newline');
  try {
    const fd = openOwn(path, O_RDWR | O_APPEND | O_CREAT, 'append to the file');
    try {
      writeOnce(fd, path, line);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw describeFileError(error, path, 'append to the file');
  }
}

function writeOnce(fd: number, path: string, line: string): void {
  const buffer = Buffer.from(`${hasTornTail(fd) ? '\n' : ''}${line}\n`);
  const written = writeSync(fd, buffer);
  if (written === buffer.length) return;
  // A second write could land after another process's line: the half line stays torn, and the next append closes it.
  throw new ExpectedError(
    fault({
      code: 'append-short',
      message: `Only ${written} of ${buffer.length} bytes were appended, most likely because the disk is full (${path})`,
      target: path,
      fix: 'Free some space (`df -h`), then run the same command again.',
    }),
  );
}

function hasTornTail(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}
