import { existsSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readTextIfReadable } from '../files/bounded.ts';
import { systemErrorCode } from '../files/file-error.ts';
import { hasEscapedBytes, pathForSystem } from '../files/path-bytes.ts';
import { parseGitLink } from './tip.io.ts';

/** A checkout, and git's folder for it, as git finds them. */
export interface Checkout {
  gitDir: string;
  workTree: string;
}

/** The checkout in which git works; undefined if there is none. `options`: the arguments of git before the command's name. */
export function findCheckoutAround(directory: string, options: readonly string[]): Checkout | undefined {
  const given = (name: string) =>
    options.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const gitDir = given('git-dir');
  if (gitDir !== undefined)
    return { gitDir: resolve(directory, gitDir), workTree: given('work-tree') ?? directory };
  for (let top = resolve(directory); ; top = dirname(top)) {
    const stat = statOf(join(top, '.git'));
    // Git goes on where a folder of this name is no repository.
    if (stat !== undefined && (!stat.isDirectory() || isGitFolder(join(top, '.git'))))
      return readCheckout(top);
    if (dirname(top) === top) return undefined;
  }
}

/** The checkout with this top; undefined if there is none. */
export function readCheckout(workTree: string): Checkout | undefined {
  const path = join(workTree, '.git');
  const stat = statOf(pathForSystem(path));
  if (stat === undefined || stat.isDirectory() || hasEscapedBytes(path))
    return stat && { gitDir: path, workTree };
  const link = parseGitLink(readTextIfReadable(path));
  return link === undefined ? undefined : { gitDir: resolve(workTree, link), workTree };
}

/** What is at a path; undefined also where a part of it is a file: then git does not find a repository either. */
function statOf(path: string | Buffer): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether git takes a folder for a repository's. */
export function isGitFolder(path: string): boolean {
  const common = findCommonDir(path);
  return (
    existsSync(join(path, 'HEAD')) && ['objects', 'refs'].every((name) => existsSync(join(common, name)))
  );
}

/** The content of `commondir` in a repository's own folder that changes nothing: while agents work it keeps them from making another one. */
export const SAME_FOLDER = '.\n';

/** Whether the file `commondir` sends git from a repository's own folder to another one; git makes it in folders of linked worktrees only. */
export function isRedirected(gitDir: string): boolean {
  const path = join(gitDir, 'commondir');
  return existsSync(path) && readTextIfReadable(path) !== SAME_FOLDER;
}

/** The folder that all worktrees of a repository share. */
export function findCommonDir(gitDir: string): string {
  const link = readTextIfReadable(join(gitDir, 'commondir')).trim();
  return link === '' ? gitDir : resolve(gitDir, link);
}
