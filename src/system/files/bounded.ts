import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

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
