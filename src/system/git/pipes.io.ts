import { type Dirent, existsSync, readdirSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
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
  const common = findCommon(gitDir);
  if (common !== gitDir) for (const name of IN_GIT_DIR) refusePipe(join(common, name));
  for (const folder of new Set([common, gitDir])) refuseDeepPipes(folder);
  const branch = /^ref: (refs\/\S+)/.exec(readTextIfReadable(join(gitDir, 'HEAD')))?.[1];
  if (branch !== undefined) refusePipe(join(common, branch));
}

/**
 * After git has not ended in time: the same for all files of the repository, however deep. Throws the ExpectedError that names one; returns if there is
 * none.
 */
export function nameCauseOfWait(directory: string): void {
  const workTree = findWorkTree(directory);
  if (workTree === undefined) return;
  const gitDir = findWorktreeGitDir(workTree) ?? join(workTree, '.git');
  for (const folder of new Set([findCommon(gitDir), gitDir]))
    refusePipesBelow(folder, Number.MAX_SAFE_INTEGER);
}

function findCommon(gitDir: string): string {
  const link = readTextIfReadable(join(gitDir, 'commondir')).trim();
  return link === '' ? gitDir : resolve(gitDir, link);
}

/** What git reads for many commands and not for all: it is searched again only after this time, because the folders may be large. In ms. */
const SEARCHED_MS = 5_000;
const MAX_ENTRIES = 5_000;
const searchedAt = new Map<string, number>();

function refuseDeepPipes(gitDir: string): void {
  const now = performance.now();
  if (now - (searchedAt.get(gitDir) ?? -SEARCHED_MS) < SEARCHED_MS) return;
  for (const name of ['refs', 'logs', 'objects/info', 'objects/pack'])
    refusePipesBelow(join(gitDir, name), MAX_ENTRIES);
  for (const name of ['config', 'config.worktree']) refuseNamedPipes(join(gitDir, name));
  // Only a repository without such a file is taken as searched.
  searchedAt.set(gitDir, now);
}

function refusePipesBelow(folder: string, most: number): void {
  const folders = [folder];
  let seen = 0;
  for (let at = 0; at < folders.length && seen < most; at += 1) {
    const path = folders[at] ?? folder;
    for (const entry of listEntries(path)) {
      seen += 1;
      if (entry.isDirectory()) folders.push(join(path, entry.name));
      else if (!entry.isFile()) refusePipe(join(path, entry.name));
    }
  }
}

function listEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Files that a repository's configuration names, such as those of `include.path` and `core.attributesFile`. */
function refuseNamedPipes(config: string): void {
  for (const [, value = ''] of readTextIfReadable(config).matchAll(/=[ \t]*"?([^"\n]*?)"?[ \t\r]*$/gm)) {
    const path = value.startsWith('~/') ? join(homedir(), value.slice(2)) : resolve(dirname(config), value);
    // Other devices, such as /dev/null, have an end.
    if (value.includes('/') && statIfThere(path)?.isFIFO()) refusePipe(path);
  }
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
