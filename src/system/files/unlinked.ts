import * as fs from 'node:fs';
import { join } from 'node:path';
import { accept, type Result, reject } from '../result.ts';
import { describeFileError } from './file-error.ts';

// O_NONBLOCK: opening a named pipe must not block.
const OPEN_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/** The path of `parts` below `root`. Rejects a path with a link: agents write the tree, and a link could lead to any file. */
export function resolveWithoutLinks(root: string, parts: readonly string[]): Result<string> {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return reject(describeLink(path));
  }
  return accept(path);
}

/** Like `findUnlinked`, for a folder, which is created if it is missing. Throws an ExpectedError that names the path. */
export function createFolderWithoutLinks(root: string, parts: readonly string[]): Result<string> {
  const found = resolveWithoutLinks(root, parts);
  if (!found.ok) return found;
  try {
    fs.mkdirSync(found.value, { recursive: true });
  } catch (error) {
    throw describeFileError(error, found.value, 'make the directory');
  }
  return found;
}

/** Reads the bytes of a regular file; undefined if it does not exist. Rejects links and files of more than `limit` bytes. */
export function readRegularFile(path: string, limit: number): Result<Buffer | undefined> {
  let fd: number;
  try {
    fd = fs.openSync(path, OPEN_FLAGS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return accept(undefined);
    if (code === 'ELOOP' || code === 'EMLINK') return reject(describeLink(path));
    return describeFileError(error, path, 'read the file').failure;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return reject(describeIrregular(path));
    return stat.size > limit ? reject(describeTooLarge(path, stat.size, limit)) : accept(fs.readFileSync(fd));
  } catch (error) {
    return describeFileError(error, path, 'read the file').failure;
  } finally {
    fs.closeSync(fd);
  }
}

function describeLink(path: string) {
  const message = `${path} is a link, and links are not followed here`;
  return {
    code: 'link-refused',
    message,
    target: path,
    fix: 'replace the link with the file or folder itself',
  };
}

function describeIrregular(path: string) {
  const message = `${path} is not a regular file`;
  return {
    code: 'file-irregular',
    message,
    target: path,
    fix: 'move it to another name, and put a regular file in its place',
  };
}

function describeTooLarge(path: string, size: number, limit: number) {
  const message = `${path} has ${size} bytes; the limit is ${limit}`;
  return { code: 'file-too-large', message, target: path, fix: 'split it into smaller files' };
}
