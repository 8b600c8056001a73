import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { ExpectedError, fault } from '../result.ts';
import { describeFileError } from './file-error.ts';
import { openWithoutLink } from './own-file.ts';

const { O_RDWR, O_APPEND, O_CREAT } = constants;
const NEWLINE = 0x0a;

/**
 * Appends one line in ONE write, so that lines of several processes never mix. If the file ends in an incomplete line (a crash),
 * a newline is written first. A line that another process is writing can look incomplete too, so a blank line can result:
 * readers must skip blank lines. Throws an ExpectedError that names the path, and a TypeError if the line contains a newline.
 */
export function appendLine(path: string, line: string): void {
  if (line.includes('\n')) throw new TypeError('a ledger line must not contain a newline');
  try {
    const fd = openWithoutLink(path, O_RDWR | O_APPEND | O_CREAT, 'append to the file');
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
  // A second write could follow another process's line. The next append ends the incomplete line instead.
  throw new ExpectedError(
    fault({
      code: 'append-short',
      message: `Only ${written} of ${buffer.length} bytes were appended to ${path}; the disk is probably full`,
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
