import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { randomHex } from '../../system/random-hex.ts';
import { placeOf, type Site } from './site.io.ts';

const REMOVING = '.removing-';
const GONE = '.gone-';

/** Moves a worktree aside: what still writes to it by its path fails from now on, instead of being lost. */
export function moveAside(site: Site, module: string): string {
  const aside = join(site.builds, `${REMOVING}${module}`);
  move(placeOf(site, module), aside);
  return aside;
}

/** Undoes the moving, also that of a process that was killed before the work was rescued. */
export function putBack(site: Site, module: string): void {
  const aside = join(site.builds, `${REMOVING}${module}`);
  if (existsSync(aside) && !existsSync(placeOf(site, module))) move(aside, placeOf(site, module));
}

/** Everything in it is rescued: from here on it is rubbish, whoever finds it. */
export function giveUp(site: Site, module: string): string {
  const gone = join(site.builds, `${GONE}${module}-${randomHex(8)}`);
  move(join(site.builds, `${REMOVING}${module}`), gone);
  return gone;
}

/** Deletes what was given up. */
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

/** Modules whose removal was cut short. */
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
