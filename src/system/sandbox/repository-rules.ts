import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findWorktreeGitDir } from '../git/tip.io.ts';
import type { PathRule } from './path-rules.ts';

/** Files in git's folder of a worktree that say where its repository is and how git works in it. */
const LINKS = ['commondir', 'gitdir', 'config.worktree'];
/** What git changes in a repository's folder when a commit is made in one of its worktrees; others keep files of their own there. */
const COMMIT_FOLDERS = ['objects', 'reftable', 'lfs', 'annex'];
/** What decides how git works in the user's checkout, and what is no work of the run. */
const KEPT_ENTRIES = [
  'config',
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
  const within = (names: readonly string[]) => names.map((name) => join(common, name));
  return [
    ...(hasHooks(common) ? [] : [readOnly(common)]),
    ...existing(within(KEPT_FOLDERS)).map(readOnly),
    ...existing([...within(COMMIT_FOLDERS), ...refs, own]).map(writable),
    { path: top, access: 'writable' },
    ...existing([join(top, '.git'), ...LINKS.map((name) => join(own, name))]).map(readOnly),
  ];
}

/** Whether git runs programs of the project when an agent commits. */
function hasHooks(common: string): boolean {
  const hooks = join(common, 'hooks');
  const names = existsSync(hooks) ? readdirSync(hooks) : [];
  return (
    names.some((name) => !name.endsWith('.sample')) ||
    /^\s*hooksPath\s*=/im.test(readText(join(common, 'config')))
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The rules for a program that works in the user's checkout, whose top is `top`: it commits as before, but changes neither the configuration nor the
 * hooks.
 */
export function listCheckoutRules(top: string): PathRule[] {
  const gitDir = findWorktreeGitDir(top) ?? join(top, '.git');
  if (!existsSync(gitDir)) return [];
  const common = findCommonDir(realpathSync(gitDir));
  return existing(['config', 'hooks'].map((name) => join(common, name))).map(readOnly);
}

function findCommonDir(gitDir: string): string {
  const link = join(gitDir, 'commondir');
  return existsSync(link) ? realpathSync(resolve(gitDir, readFileSync(link, 'utf8').trim())) : gitDir;
}

const existing = (paths: readonly string[]) => paths.filter((path) => existsSync(path));
const writable = (path: string): PathRule => ({ path, access: 'writable' });
const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
