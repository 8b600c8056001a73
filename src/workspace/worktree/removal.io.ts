import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { randomHex } from '../../system/random-hex.ts';
import { worktreePath } from './names.ts';
import type { Site } from './site.io.ts';

const REMOVING_PREFIX = '.removing-';
const GONE_PREFIX = '.gone-';

/** Renames a worktree before its work is read, so that later writes to its path fail instead of being lost. */
export function moveAside(site: Site, module: string): string {
  const aside = join(site.builds, `${REMOVING_PREFIX}${module}`);
  moveFolder(worktreePath(site, module), aside);
  return aside;
}

/** Moves a worktree back to its path, also after a process was killed before the work was rescued. */
export function restoreMovedWorktree(site: Site, module: string): void {
  const aside = join(site.builds, `${REMOVING_PREFIX}${module}`);
  if (existsSync(aside) && !existsSync(worktreePath(site, module)))
    moveFolder(aside, worktreePath(site, module));
}

/** Marks a worktree whose work is rescued for deletion by `sweepGone`. Returns its new path. */
export function markForDeletion(site: Site, module: string): string {
  const gone = join(site.builds, `${GONE_PREFIX}${module}-${randomHex(8)}`);
  moveFolder(join(site.builds, `${REMOVING_PREFIX}${module}`), gone);
  return gone;
}

/** Deletes the worktrees that are marked for deletion. */
export function deleteMarkedWorktrees(site: Site): void {
  for (const name of readdirSync(site.builds).filter((each) => each.startsWith(GONE_PREFIX))) {
    const path = join(site.builds, name);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      throw describeFileError(error, path, 'delete the removed worktree');
    }
  }
}

/** Modules whose removal was interrupted. */
export function listInterruptedRemovals(site: Site): string[] {
  const names = readdirSync(site.builds);
  return names
    .filter((name) => name.startsWith(REMOVING_PREFIX))
    .map((name) => name.slice(REMOVING_PREFIX.length));
}

function moveFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw describeFileError(error, from, 'move the worktree aside');
  }
}
