import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { randomHex } from '../../system/random-hex.ts';
import { placeOf, type Site } from './site.io.ts';

const REMOVING = '.removing-';
const GONE = '.gone-';

/** Renames a worktree before its work is read, so that later writes to its path fail instead of being lost. */
export function moveAside(site: Site, module: string): string {
  const aside = join(site.builds, `${REMOVING}${module}`);
  move(placeOf(site, module), aside);
  return aside;
}

/** Moves a worktree back to its path, also after a process was killed before the work was rescued. */
export function putBack(site: Site, module: string): void {
  const aside = join(site.builds, `${REMOVING}${module}`);
  if (existsSync(aside) && !existsSync(placeOf(site, module))) move(aside, placeOf(site, module));
}

/** Marks a worktree whose work is rescued for deletion by `sweepGone`. Returns its new path. */
export function giveUp(site: Site, module: string): string {
  const gone = join(site.builds, `${GONE}${module}-${randomHex(8)}`);
  move(join(site.builds, `${REMOVING}${module}`), gone);
  return gone;
}

/** Deletes the worktrees that are marked for deletion. */
export function sweepGone(site: Site): void {
  for (const name of readdirSync(site.builds).filter((each) => each.startsWith(GONE))) {
    const path = join(site.builds, name);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      throw describeFileError(error, path, 'delete the removed worktree');
    }
  }
}

/** Modules whose removal was interrupted. */
export function interruptedRemovals(site: Site): string[] {
  const names = readdirSync(site.builds);
  return names.filter((name) => name.startsWith(REMOVING)).map((name) => name.slice(REMOVING.length));
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw describeFileError(error, from, 'move the worktree aside');
  }
}
