import { rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readBoundedText } from '../../system/files/bounded.ts';
import { isAlive, type ProcessIdentity } from '../../system/process/identity.ts';
import { formatTreeLock, parseTreeLock } from './tree-lock.ts';

/**
 * Locks an agent's worktree as `git worktree lock` does, with the process that carries the agent. A lock of anyone else stays. Does nothing in
 * a folder that is no linked worktree.
 */
export function lockTree(tree: string, run: string, owner: ProcessIdentity): void {
  const path = lockPath(tree);
  const reason = path === undefined ? undefined : readLine(path);
  if (path === undefined || (reason !== undefined && !parseTreeLock(reason))) return;
  writeFileSync(path, `${formatTreeLock({ run, owner })}\n`);
}

/** Removes the lock that a run set. */
export function unlockTree(tree: string, run: string): void {
  const path = lockPath(tree);
  const reason = path === undefined ? undefined : readLine(path);
  if (path !== undefined && reason !== undefined && parseTreeLock(reason)?.run === run)
    rmSync(path, { force: true });
}

/** Whether a lock still holds: that of a run ends with its process. */
export function isLockHeld(reason: string): boolean {
  const lock = parseTreeLock(reason);
  return lock === undefined || isAlive(lock.owner);
}

/** Git's folder for a linked worktree, from the worktree's `.git` file; undefined if there is no such file. */
export function readGitDir(tree: string): string | undefined {
  const link = readLine(join(tree, '.git'));
  return link?.startsWith('gitdir: ') ? resolve(tree, link.slice('gitdir: '.length)) : undefined;
}

function lockPath(tree: string): string | undefined {
  const gitDir = readGitDir(tree);
  return gitDir !== undefined && basename(dirname(gitDir)) === 'worktrees'
    ? join(gitDir, 'locked')
    : undefined;
}

/** The text of a file without its last newline; undefined if there is no such file. */
export function readLine(path: string): string | undefined {
  try {
    return readBoundedText(path).replace(/\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
