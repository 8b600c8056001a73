import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

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
export function readFileStart(path: string | Buffer, max: number): Buffer {
  // O_NONBLOCK: a named pipe must not make the call wait for a writer.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return readStart(fd, max);
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads the whole lines in the last `max` bytes of a file. Throws an error with a `code` if it cannot be read or is not a regular file.
 */
export function readTextEnd(path: string, max: number): string {
  const fd = openRegular(path);
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - max);
    const buffer = Buffer.alloc(size - start);
    const count = readSync(fd, buffer, 0, buffer.length, start);
    const text = buffer.toString('utf8', 0, count);
    if (start === 0) return text;
    const end = text.indexOf('\n');
    return end < 0 ? '' : text.slice(end + 1);
  } finally {
    closeSync(fd);
  }
}

const CHUNK_BYTES = 1024 * 1024;
/** More than a line of a client's transcript has, in bytes. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** More than a client's transcript has, in bytes. */
const MAX_LINES_BYTES = 1024 * 1024 * 1024;

/**
 * Yields the lines of a file of any length, of which it holds one at a time; longer lines than 32 MiB are left out. Throws an error with a `code`
 * if the file cannot be read, is not a regular file, or has more than 1 GiB.
 */
export function* readTextLines(path: string): Generator<string> {
  const fd = openRegular(path);
  try {
    refuseLarge(path, fstatSync(fd).size, MAX_LINES_BYTES);
    yield* splitChunks(readChunks(fd));
  } finally {
    closeSync(fd);
  }
}

function* readChunks(fd: number): Generator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSync(fd, buffer, 0, CHUNK_BYTES, null);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

function* splitChunks(chunks: Iterable<Buffer>): Generator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const takeLine = () => {
    const line = bytes > MAX_LINE_BYTES ? undefined : Buffer.concat(parts).toString('utf8');
    parts = [];
    bytes = 0;
    return line;
  };
  for (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      bytes += end - start;
      const line = takeLine();
      if (line !== undefined) yield line;
      start = end + 1;
    }
    bytes += chunk.length - start;
    // The parts of a line that is too long are not kept.
    if (bytes > MAX_LINE_BYTES) parts = [];
    else if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  const last = takeLine();
  if (last !== undefined && last !== '') yield last;
}

/** More than any document of the product, of git or of the client has that is read whole, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file whose name or place an agent may have chosen. Links are followed. Throws an error with a `code` if the file cannot be read, is
 * larger than `limit` bytes, or is not a regular file: a named pipe would make the call wait for a writer.
 */
export function readBoundedText(path: string, limit = MAX_BYTES): string {
  return readBoundedBytes(path, limit).toString('utf8');
}

/** More than git's index of a project has, in bytes: a million files with paths of 150 characters take some 220 MB. */
export const MAX_INDEX_BYTES = 512 * 1024 * 1024;

/** Like `readBoundedText`, as bytes. */
export function readBoundedBytes(path: string, limit: number): Buffer {
  const fd = openRegular(path);
  try {
    refuseLarge(path, fstatSync(fd).size, limit);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Reads the same kind of file; `''` if it cannot be read. For decisions in which an unreadable file is as good as an empty one. */
export function readTextIfReadable(path: string): string {
  try {
    return readBoundedText(path);
  } catch {
    return '';
  }
}

/** Lists the names in a folder; none if it cannot be read. */
export function listNamesIfReadable(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function openRegular(path: string): number {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  throw describeRefusal(stat.isDirectory() ? 'EISDIR' : 'EINVAL', path, `${path} is not a regular file`);
}

function refuseLarge(path: string, size: number, limit: number): void {
  if (size > limit) throw describeRefusal('EFBIG', path, `${path} has ${size} bytes; the limit is ${limit}`);
}

function describeRefusal(code: string, path: string, message: string): Error {
  // The fields that tell an error of the system, which callers describe, from a bug.
  return Object.assign(new Error(message), { code, path, syscall: 'open' });
}
