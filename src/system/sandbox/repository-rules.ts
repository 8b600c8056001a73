import { existsSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readBoundedText, readTextIfReadable } from '../files/bounded.ts';
import { findWorktreeGitDir } from '../git/tip.io.ts';
import type { PathRule } from './path-rules.ts';

/** Files in git's folder of a worktree that say where its repository is and how git works in it. */
const LINKS = ['commondir', 'gitdir', 'config.worktree'];
/** What git changes in a repository's folder when a commit is made in one of its worktrees; others keep files of their own there. */
const COMMIT_FOLDERS = ['objects', 'reftable', 'lfs', 'annex'];
/** What decides how git works in the user's checkout, and what is no work of the run. */
const KEPT_ENTRIES = [
  'commondir',
  'config',
  'config.worktree',
  'hooks',
  'HEAD',
  'info',
  'modules',
  'sao',
  'worktrees',
  'refs/heads',
  'refs/tags',
];
const KEPT_FOLDERS = [...KEPT_ENTRIES, 'refs/remotes', 'logs/HEAD', 'logs/refs/heads', 'logs/refs/remotes'];

/**
 * The rules for a program that works in a worktree of a run: it writes there and commits to the run's branches. Of the repository it can change
 * neither the configuration, nor the hooks, nor another branch: git would start programs of its choice in the user's checkout. If the repository has
 * hooks of its own, they may write other files of the repository, such as the stash of lint-staged.
 */
export function listTreeRules(tree: string, run: string): PathRule[] {
  const top = realpathSync(tree);
  const gitDir = findWorktreeGitDir(top);
  if (gitDir === undefined || !existsSync(gitDir)) return [{ path: top, access: 'writable' }];
  const own = realpathSync(gitDir);
  const common = findCommonDir(own);
  const refs = ['refs', join('logs', 'refs')].map((folder) =>
    join(common, folder, 'heads', 'orchestration', run),
  );
  for (const folder of refs) mkdirSync(folder, { recursive: true });
  makeSettings(common);
  const within = (names: readonly string[]) => names.map((name) => join(common, name));
  return [
    hasHooks(common) ? writable(common) : readOnly(common),
    ...existing(within(KEPT_FOLDERS)).map(readOnly),
    ...existing([...within(COMMIT_FOLDERS), ...refs]).map(writable),
    ...listOwnFolderRules(own),
    { path: top, access: 'writable' },
    readOnly(join(top, '.git')),
  ];
}

/** Whether git runs programs of the project when an agent commits. */
function hasHooks(common: string): boolean {
  const hooks = join(common, 'hooks');
  const names = existsSync(hooks) ? readdirSync(hooks) : [];
  return (
    names.some((name) => !name.endsWith('.sample')) ||
    /^\s*hooksPath\s*=/im.test(readTextIfReadable(join(common, 'config')))
  );
}

/**
 * The rules for a program that works in the user's checkout, whose top is `top`: it commits as before, but changes neither the configuration nor the
 * hooks, nor how git looks at files, nor another worktree.
 */
export function listCheckoutRules(top: string): PathRule[] {
  const gitDir = findWorktreeGitDir(top) ?? join(top, '.git');
  if (!existsSync(gitDir)) return [writable(top)];
  const own = realpathSync(gitDir);
  // Only git's folder of a linked worktree leads to another one.
  const common = isMainCheckout(top) ? own : findCommonDir(own);
  makeSettings(common);
  const folders = own === common ? [common] : [common, own];
  const kept = ['commondir', 'config', 'hooks', 'config.worktree', 'info', 'worktrees', 'sao'];
  return [
    ...[top, ...folders].map(writable),
    ...existing(kept.map((name) => join(common, name))).map(readOnly),
    ...(own === common ? [] : listOwnFolderRules(own)),
    ...listModulesRules(common),
    // As a file it names git's folder: another one would have a configuration of its own.
    ...(isMainCheckout(top) ? [] : [readOnly(join(top, '.git'))]),
  ];
}

/** The files with which an agent could send git to another configuration: git makes none in a repository's own folder. */
export function listRedirections(top: string): string[] {
  const gitDir = isMainCheckout(top) ? join(top, '.git') : findWorktreeGitDir(top);
  if (gitDir === undefined || !existsSync(gitDir)) return [];
  const own = realpathSync(gitDir);
  const isLinked = !isMainCheckout(top) && !existsSync(join(own, 'objects'));
  const common = isLinked ? findCommonDir(own) : own;
  const modules = [...new Set([common, own])].flatMap((folder) => listModules(join(folder, 'modules')));
  return [common, ...modules].map((folder) => join(folder, 'commondir'));
}

function isMainCheckout(top: string): boolean {
  return statSync(join(top, '.git'), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The rules for the setup command of a worktree, which may change the repository, too. */
export function listSetupRules(tree: string): PathRule[] {
  const top = realpathSync(tree);
  const gitDir = findWorktreeGitDir(top);
  const common = gitDir !== undefined && existsSync(gitDir) ? [findCommonDir(realpathSync(gitDir))] : [];
  return [...common, top].map(writable);
}

/** Git's own folder of a worktree: an agent commits there, and changes no setting. */
function listOwnFolderRules(own: string): PathRule[] {
  makeFile(join(own, 'config.worktree'));
  return [
    writable(own),
    ...existing(LINKS.map((name) => join(own, name))).map(readOnly),
    ...listModulesRules(own),
  ];
}

/** Git's folders of submodules, nested ones too. */
export function listModules(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const path = join(folder, name);
      // The name of a submodule may have slashes.
      return existsSync(join(path, 'HEAD'))
        ? [path, ...listModules(join(path, 'modules'))]
        : listModules(path);
    });
}

/** An agent commits in the submodules that there are, and makes none: what is below `modules` counts as the user's. */
function listModulesRules(gitDir: string): PathRule[] {
  const folder = join(gitDir, 'modules');
  return [...existing([folder]).map(readOnly), ...listModules(folder).flatMap(listModuleRules)];
}

function listModuleRules(module: string): PathRule[] {
  makeSettings(module);
  const kept = ['commondir', 'config', 'hooks', 'config.worktree', 'info', 'modules'];
  return [writable(module), ...existing(kept.map((name) => join(module, name))).map(readOnly)];
}

/** Makes what decides how git works in a folder of its own if it is missing, empty: a program could make it otherwise. */
export function makeSettings(gitDir: string): void {
  for (const name of ['hooks', 'info', 'modules']) mkdirSync(join(gitDir, name), { recursive: true });
  makeFile(join(gitDir, 'config.worktree'));
}

/** Makes an empty file if it is missing. */
export function makeFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch {
    // It exists.
  }
}

function findCommonDir(gitDir: string): string {
  const link = join(gitDir, 'commondir');
  return existsSync(link) ? realpathSync(resolve(gitDir, readBoundedText(link).trim())) : gitDir;
}

const existing = (paths: readonly string[]) => paths.filter((path) => existsSync(path));
const writable = (path: string): PathRule => ({ path, access: 'writable' });
const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
