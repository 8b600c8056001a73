import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { type ChangedGitlink, parseChangedGitlinks } from './gitlinks.ts';
import { listSubmodules } from './submodules.io.ts';

/**
 * The submodules whose commit a branch changed to one that no remote branch in the user's copy of the submodule has: no other clone could check it out,
 * and neither can the integration worktree. A submodule that the branch adds and that the user has no copy of is none of them.
 */
export async function listUnpublishedGitlinks(
  { commonDir }: Pick<Repository, 'commonDir'>,
  place: string,
  { base, commit }: { base: string; commit: string },
): Promise<ChangedGitlink[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', base, commit];
  const changed = parseChangedGitlinks(await askGit(place, args));
  if (changed.length === 0) return [];
  const submodules = await listSubmodules(place);
  const unpublished: ChangedGitlink[] = [];
  for (const gitlink of changed) {
    const name = submodules.find(({ path }) => path === gitlink.path)?.name;
    const copy = name === undefined ? undefined : join(commonDir, 'modules', name);
    const hasCopy = copy !== undefined && existsSync(join(copy, 'HEAD'));
    if (hasCopy ? !(await isPublished(copy, gitlink.to)) : gitlink.from !== undefined)
      unpublished.push(gitlink);
  }
  return unpublished;
}

/** Whether a remote branch has the commit. Git fails if the commit does not exist. */
async function isPublished(copy: string, commit: string): Promise<boolean> {
  const args = ['for-each-ref', '--count=1', '--contains', commit, 'refs/remotes'];
  const { code, stdout } = await callGit(copy, args);
  return code === 0 && stdout.trim() !== '';
}

/**
 * Takes moved submodules out of the index: what is checked out in a submodule may be older than its commit, so that a commit of everything would
 * move it back.
 */
export async function unstageMovedGitlinks(place: string): Promise<void> {
  const args = ['diff-index', '--cached', '-z', '--raw', '--no-renames', '--ignore-submodules=none', 'HEAD'];
  const moved = parseChangedGitlinks(await askGit(place, args)).filter(({ from }) => from !== undefined);
  if (moved.length === 0) return;
  const input = moved.map(({ path, from }) => `160000 ${from} 0\t${path}\0`).join('');
  await askGit(place, ['update-index', '-z', '--index-info'], { input });
}
