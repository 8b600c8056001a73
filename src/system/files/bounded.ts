import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Reads at most `max` bytes from the start of an open file; of a growing file, those that are there. */
export function readStart(fd: number, max: number): Buffer {
  const buffer = Buffer.alloc(Math.min(max, fstatSync(fd).size));
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** Reads at most `max` bytes from the start of a regular file. Throws node's error if there is none. */
export function readFileStart(path: string, max: number): Buffer {
  // O_NONBLOCK: a named pipe must not make the call wait for a writer.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return readStart(fd, max);
  } finally {
    closeSync(fd);
  }
}

/** More than a conversation's transcript has. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a file whose name or place an agent may have chosen. Links are followed. Throws an error with a `code` if the file cannot be read, is
 * larger than `limit` bytes, or is not a regular file: a named pipe would make the call wait for a writer.
 */
export function readBoundedText(path: string, limit = MAX_BYTES): string {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile())
      throw describeRefusal(stat.isDirectory() ? 'EISDIR' : 'EINVAL', `${path} is not a regular file`);
    if (stat.size > limit)
      throw describeRefusal('EFBIG', `${path} has ${stat.size} bytes; the limit is ${limit}`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function describeRefusal(code: string, message: string): Error {
  // The fields that tell an error of the system, which callers describe, from a bug.
  return Object.assign(new Error(message), { code, syscall: 'open' });
}
