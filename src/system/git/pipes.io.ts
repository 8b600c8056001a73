import { existsSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readTextIfReadable } from '../files/bounded.ts';
import { ExpectedError, reject } from '../result.ts';
import { findWorktreeGitDir } from './tip.io.ts';

/** Files of a repository that git opens for almost every command. */
const IN_GIT_DIR = [
  'HEAD',
  'index',
  'config',
  'config.worktree',
  'commondir',
  'packed-refs',
  'shallow',
  'info/exclude',
  'info/attributes',
  'info/sparse-checkout',
];
const IN_WORK_TREE = ['.git', '.gitattributes', '.gitignore', '.gitmodules'];
/** How to put back what the pipe has replaced. */
const RESTORING: Readonly<Record<string, string>> = {
  HEAD: '; then name the branch that was checked out: `git symbolic-ref HEAD refs/heads/NAME`',
  index: '; then `git reset` makes the index anew',
};

/**
 * Throws an ExpectedError if a file that git opens in the repository of `directory` is a named pipe, a socket or a device: git would wait for a writer
 * without end, or read without end. Opens none of them itself.
 */
export function refusePipes(directory: string): void {
  const workTree = findWorkTree(directory);
  if (workTree === undefined) return;
  for (const name of IN_WORK_TREE) refusePipe(join(workTree, name));
  refusePipesOf(findWorktreeGitDir(workTree) ?? join(workTree, '.git'));
}

/** The same for the files of one git folder, and of the folder that it shares with other worktrees. */
export function refusePipesOf(gitDir: string): void {
  for (const name of IN_GIT_DIR) refusePipe(join(gitDir, name));
  const link = readTextIfReadable(join(gitDir, 'commondir')).trim();
  const common = link === '' ? gitDir : resolve(gitDir, link);
  if (common !== gitDir) for (const name of IN_GIT_DIR) refusePipe(join(common, name));
  const branch = /^ref: (refs\/\S+)/.exec(readTextIfReadable(join(gitDir, 'HEAD')))?.[1];
  if (branch !== undefined) refusePipe(join(common, branch));
}

function findWorkTree(directory: string): string | undefined {
  for (let top = resolve(directory); ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) return top;
    if (dirname(top) === top) return undefined;
  }
}

function refusePipe(path: string): void {
  const stats = statIfThere(path);
  if (stats === undefined || stats.isFile() || stats.isDirectory()) return;
  throw new ExpectedError(
    reject({
      code: 'git-damaged',
      message: `${path} is ${nameKind(stats)}, so git would wait or read without end; git never makes such a file`,
      target: path,
      fix: `remove it: \`rm ${path}\`${RESTORING[basename(path)] ?? ''}`,
    }),
  );
}

function nameKind(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Git names a path that it cannot reach.
    return undefined;
  }
}
