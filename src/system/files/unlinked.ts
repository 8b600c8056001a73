import * as fs from 'node:fs';
import { join } from 'node:path';
import { accept, type Result, reject } from '../result.ts';
import { describeFileError } from './file-error.ts';

// O_NONBLOCK: a planted pipe must not hang the reader.
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** The path of `parts` below `root` if no part that is there is a link: agents wrote the tree, and a link could lead anywhere. */
export function findUnlinked(root: string, parts: readonly string[]): Result<string> {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return reject(isLink(path));
  }
  return accept(path);
}

/** The same for a folder, which is made where it is missing. Throws an ExpectedError that names the path. */
export function makeUnlinked(root: string, parts: readonly string[]): Result<string> {
  const found = findUnlinked(root, parts);
  if (!found.ok) return found;
  try {
    fs.mkdirSync(found.value, { recursive: true });
  } catch (error) {
    throw describeFileError(error, found.value, 'make the directory');
  }
  return found;
}

/** The bytes of a regular file, undefined where there is none. A link, and a file above `limit` bytes, are refused. */
export function readUnlinked(path: string, limit: number): Result<Buffer | undefined> {
  let fd: number;
  try {
    fd = fs.openSync(path, FLAGS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return accept(undefined);
    if (code === 'ELOOP' || code === 'EMLINK') return reject(isLink(path));
    return describeFileError(error, path, 'read the file').failure;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return reject(noFile(path));
    return stat.size > limit ? reject(tooLarge(path, stat.size, limit)) : accept(fs.readFileSync(fd));
  } catch (error) {
    return describeFileError(error, path, 'read the file').failure;
  } finally {
    fs.closeSync(fd);
  }
}

function isLink(path: string) {
  const message = `${path} is a link, which could lead anywhere`;
  return { code: 'link-refused', message, target: path, fix: 'put the file or folder itself in its place' };
}

function noFile(path: string) {
  const message = `${path} is no regular file`;
  return { code: 'file-irregular', message, target: path, fix: 'move away what stands there' };
}

function tooLarge(path: string, size: number, limit: number) {
  const message = `${path} has ${size} bytes; at most ${limit} are read`;
  return { code: 'file-too-large', message, target: path, fix: 'split it' };
}
