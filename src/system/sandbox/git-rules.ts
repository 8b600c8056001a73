import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkout, findCommonDir, isGitFolder } from '../git/checkout.io.ts';
import type { PathRule } from './path-rules.ts';
import { listModules, makeFile, makeSettings } from './repository-rules.ts';

/** What decides how git works in a repository, and what is no work of git: a program that git starts cannot write it. */
const KEPT = ['commondir', 'config', 'config.worktree', 'hooks', 'info', 'sao', 'worktrees'];
/** The same in git's folder of a linked worktree, and of a submodule. */
const OWN_KEPT = ['commondir', 'gitdir', 'config.worktree'];
const MODULE_KEPT = ['commondir', 'config', 'config.worktree', 'hooks', 'info'];
/** Where filters of the user's, such as Git LFS, keep files. */
const FILTER_FOLDERS = ['lfs', 'annex'];

/** What a command of the engine does: it only looks, it changes the checkout, or it makes submodules, too. */
export type GitWork = 'looks' | 'changes' | 'submodules';

/**
 * The rules for a git command of the engine: of the repository it writes the checkout, objects, refs, index and logs, or, if it only looks, nothing.
 * `top`: the real path of the checkout. An agent may have made `checkout`: what is no repository gets no rule that lets it be written.
 */
export function listGitRules(top: string, checkout: Checkout | undefined, work: GitWork): PathRule[] {
  if (checkout === undefined || !isGitFolder(checkout.gitDir))
    return [work === 'looks' ? readOnly(top) : writable(top)];
  const { own, common } = realFolders(checkout);
  if (work === 'looks')
    return [...[top, common, own].map(readOnly), ...within(common, FILTER_FOLDERS).map(writable)];
  makeKept(common);
  if (own !== common) makeFile(join(own, 'config.worktree'));
  const kept = work === 'submodules' ? KEPT : [...KEPT, 'modules'];
  return [
    ...[common, top, own].map(writable),
    ...within(common, kept).map(readOnly),
    ...(own === common ? [] : within(own, OWN_KEPT).map(readOnly)),
    ...listAllModules(own, common)
      .flatMap((module) => within(module, MODULE_KEPT))
      .map(readOnly),
    // As a file it names git's folder.
    ...within(top, ['.git'])
      .filter((path) => lstatSync(path).isFile())
      .map(readOnly),
  ];
}

/** The files with which a program that git starts could send later calls to another configuration, where they are missing now. */
export function listMissingRedirections(checkout: Checkout | undefined): string[] {
  if (checkout === undefined || !isGitFolder(checkout.gitDir)) return [];
  const { own, common } = realFolders(checkout);
  const folders = [common, ...listAllModules(own, common)];
  return folders.map((folder) => join(folder, 'commondir')).filter((path) => !existsSync(path));
}

function realFolders({ gitDir }: Checkout): { own: string; common: string } {
  const own = realpathSync(gitDir);
  return { own, common: realpathSync(findCommonDir(own)) };
}

const listAllModules = (own: string, common: string) =>
  [...new Set([common, own])].flatMap((folder) => listModules(join(folder, 'modules')));

/** Where the user cannot make them, a program that git starts cannot either. */
function makeKept(common: string): void {
  try {
    makeSettings(common);
  } catch {
    // See above.
  }
}

const within = (folder: string, names: readonly string[]) =>
  names.map((name) => join(folder, name)).filter((path) => existsSync(path));
const writable = (path: string): PathRule => ({ path, access: 'writable' });
const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
