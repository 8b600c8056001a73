import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runPlainGit } from '../../system/git/call.io.ts';
import { findCheckoutAround, findCommonDir, SAME_FOLDER } from '../../system/git/checkout.io.ts';
import { listNestedRepositories, type NestedRepository } from '../../system/git/nested-repositories.io.ts';
import { makeMountPoints } from '../../system/sandbox/mount-points.io.ts';
import type { PathRule } from '../../system/sandbox/path-rules.ts';

/** What decides how git works in a repository of the user's inside of the project. */
const KEPT = ['commondir', 'config', 'config.worktree', 'hooks', 'info'];
/** Each one costs seven mounts at each start; 100 of them took about a second of processor time. */
const MAX_REPOSITORIES = 20;
const PATHS_PER_CALL = 500;

/**
 * Rules for the repositories inside of a project that are there now: agents commit in them, and change neither their configuration nor their hooks and
 * attributes. Repositories in folders that the project ignores are left out: builds and tests make and remove them.
 */
export async function listNestedRules(top: string): Promise<PathRule[]> {
  const own = findCheckoutAround(top, [])?.gitDir;
  if (own === undefined) return [];
  const common = realpathSync(findCommonDir(own));
  const found = listNestedRepositories(top).filter(({ place, gitDir }) => place !== gitDir);
  const kept = await dropIgnored(top, found);
  return kept.slice(0, MAX_REPOSITORIES).flatMap(({ place, gitDir }) => {
    const link = join(place, '.git');
    const isFile = lstatSync(link).isFile();
    const folder = realpathSync(gitDir);
    return [
      ...(isFile ? [readOnly(realpathSync(link))] : []),
      // Submodules of the project have rules of their own.
      ...(folder.startsWith(`${common}/`) || !folder.startsWith(`${top}/`) ? [] : protect(folder)),
    ];
  });
}

function protect(gitDir: string): PathRule[] {
  makeMountPoints(
    ['hooks', 'info'].map((name) => join(gitDir, name)),
    { [join(gitDir, 'config.worktree')]: '', [join(gitDir, 'commondir')]: SAME_FOLDER },
  );
  const entries = KEPT.map((name) => join(gitDir, name)).filter((path) => existsSync(path));
  return entries.map((path) => readOnly(realpathSync(path)));
}

/** A repository inside of another one is ignored with that one. */
async function dropIgnored(top: string, found: readonly NestedRepository[]): Promise<NestedRepository[]> {
  const isInside = ({ place }: NestedRepository, folder: string) => place.startsWith(`${folder}/`);
  const outer = found.filter((each) => !found.some(({ place }) => isInside(each, place)));
  const ignored = new Set<string>();
  for (let at = 0; at < outer.length; at += PATHS_PER_CALL) {
    const paths = outer.slice(at, at + PATHS_PER_CALL).map(({ place }) => relative(top, place));
    // A name that git quotes counts as not ignored.
    const { code, stdout } = await runPlainGit(top, ['check-ignore', '--', ...paths]);
    if (code === 0) for (const path of stdout.split('\n')) if (path !== '') ignored.add(join(top, path));
  }
  return found.filter(
    (each) => ![...ignored].some((folder) => each.place === folder || isInside(each, folder)),
  );
}

const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
