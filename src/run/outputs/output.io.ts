import { createHash, hash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { readStart } from '../../system/files/bounded.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import { ExpectedError, fault } from '../../system/result.ts';
import { needsWholeFile, type OutputSample } from './sentinel.ts';

/** Maximum size of a file that is read completely, in bytes; of a larger file, only head and tail are read. */
export const WHOLE_BYTES = 256 * 1024;
const HEAD_BYTES = 4 * 1024;
const TAIL_BYTES = 16 * 1024;

/** Maximum size of an output, in bytes. A larger file is never done: reports, coordinators and prompts would have to read it. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface OutputFile extends OutputSample {
  /** Bytes. */
  size: number;
  /** Bytes that `head` was read from. */
  headBytes: number;
  /** SHA-256 of the whole file, if it was asked for; missing for a file that is too large. */
  sha256?: string;
}

/** The folder in which a sandboxed agent writes its output until the agent ends. */
export function outboxOf(dir: string, agent: string): string {
  return join(dir, 'outbox', agent);
}

/** The folder of outputs that every run has from its start. */
const FIRST_FOLDER = 'workers';

const buffer = Buffer.allocUnsafe(WHOLE_BYTES);
// O_NONBLOCK: a planted pipe must not hang the check; O_NOFOLLOW: a link is never an output.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Errors for a path without a regular file: there is nothing, a link or a socket. Any other error says that a file cannot be read. */
const NO_FILE_ERRORS = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];

/**
 * Reads the parts of an output that are needed to judge it, and its hash if `withHash`; undefined if there is no regular file at the path. Throws an
 * ExpectedError that names the path if there is one that cannot be read.
 */
export function readOutput(path: string, withHash = false): OutputFile | undefined {
  const fd = openOutput(path);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    return stat.isFile() ? sample(fd, stat.size, withHash) : undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads the whole text of an output that is done; undefined if there is no regular file, if it has grown beyond the maximum since, or if it is not the
 * one with the hash `accepted`. Throws an ExpectedError that names the path if there is one that cannot be read.
 */
export function readOutputText(path: string, accepted?: string): string | undefined {
  const fd = openOutput(path);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_OUTPUT_BYTES) return undefined;
    const bytes = readStart(fd, MAX_OUTPUT_BYTES);
    return accepted === undefined || hash('sha256', bytes) === accepted ? bytes.toString('utf8') : undefined;
  } finally {
    closeSync(fd);
  }
}

function openOutput(path: string): number | undefined {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (NO_FILE_ERRORS.includes(systemErrorCode(error) ?? '')) return undefined;
    throw describeFileError(error, path, 'read the output');
  }
}

function sample(fd: number, size: number, withHash: boolean): OutputFile {
  if (size <= WHOLE_BYTES) {
    const length = fill(fd, 0, size);
    const text = buffer.toString('utf8', 0, length);
    const whole = { head: text, tail: text, whole: true, size, headBytes: size };
    return withHash ? { ...whole, sha256: hash('sha256', buffer.subarray(0, length)) } : whole;
  }
  const tail = readAt(fd, size - TAIL_BYTES, TAIL_BYTES);
  const head = readAt(fd, 0, HEAD_BYTES);
  const parts = { head, tail, whole: false, size, headBytes: HEAD_BYTES };
  if (size > MAX_OUTPUT_BYTES) return { ...parts, isTooLarge: true };
  const hashed = withHash ? { sha256: hashFile(fd) } : {};
  if (!needsWholeFile(tail)) return { ...parts, ...hashed };
  const text = readStart(fd, MAX_OUTPUT_BYTES).toString('utf8');
  return { head: text, tail: text, whole: true, size, headBytes: size, ...hashed };
}

function hashFile(fd: number): string {
  const hashing = createHash('sha256');
  for (let position = 0; ; ) {
    const length = fill(fd, position, WHOLE_BYTES);
    if (length === 0) return hashing.digest('hex');
    hashing.update(buffer.subarray(0, length));
    position += length;
  }
}

function readAt(fd: number, position: number, length: number): string {
  return buffer.toString('utf8', 0, fill(fd, position, length));
}

/** Reads bytes of a file to the start of the buffer and returns their number. */
function fill(fd: number, position: number, length: number): number {
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/**
 * A check for output paths of one run directory: false for a path whose folder is a link out of it.
 * Each folder is resolved once.
 */
export function insideOf(root: string): (path: string) => boolean {
  const real = realpathSync(root);
  const folders = new Map<string, boolean>();
  return (path) => {
    const folder = dirname(path);
    let inside = folders.get(folder);
    if (inside === undefined) {
      inside = resolvesInside(real, join(root, relative(root, folder)));
      folders.set(folder, inside);
    }
    return inside;
  };
}

function refuseFile(path: string): ExpectedError {
  const message = `${path} is not a directory, so the outputs in it cannot be read`;
  const fix = `restore the directory; \`ls -l ${path}\` shows what is there`;
  return new ExpectedError(fault({ code: 'not-a-directory', message, target: path, fix }));
}

function resolvesInside(root: string, folder: string): boolean {
  const isFirst = folder === join(root, FIRST_FOLDER);
  try {
    const stat = lstatSync(folder);
    if (isFirst && stat.isFile()) throw refuseFile(folder);
    if (!stat.isDirectory()) return false;
    const real = realpathSync(folder);
    accessSync(folder, constants.X_OK);
    return real === root || real.startsWith(root + sep);
  } catch (error) {
    // Other folders are made with their first output.
    const code = systemErrorCode(error) ?? '';
    if (!isFirst && ['ENOENT', 'ENOTDIR'].includes(code)) return false;
    throw describeFileError(error, folder, 'read the outputs');
  }
}
