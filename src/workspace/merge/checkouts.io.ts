import { join } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { askLookUp, callLookUp } from '../../system/git/look-up.io.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { readAdminEntries, readTextIfExists } from '../worktree/admin.io.ts';
import { listTrees } from '../worktree/list.io.ts';
import type { Site } from '../worktree/site.io.ts';
import { listSubmodules } from '../worktree/submodules.io.ts';
import { mergeProblems } from './wording.ts';

/**
 * The only checkout of a branch, if it can be moved forward without loss; null if the branch is not checked out. Throws an
 * ExpectedError if the branch is checked out twice, is being rebased, or has uncommitted changes.
 */
export async function findCheckout(site: Site, base: string): Promise<string | null> {
  const places = (await listTrees(site)).filter(({ branch }) => branch === base).map(({ place }) => place);
  if (places.length > 1) throw new ExpectedError(reject(mergeProblems.twice(base, places)));
  const busy = findRebase(site, base);
  if (busy !== undefined) throw new ExpectedError(reject(mergeProblems.rebasing(base, busy)));
  const [place] = places;
  if (place === undefined) return null;
  const changes = await listChangedPaths(place, 'no');
  if (changes.length > 0) {
    const began = await findCommitOfIndex(place);
    const submodules = new Set((await listSubmodules(place)).map(({ path }) => path));
    // As after a pull that does not update them: a stash does not help, and a commit of everything would take them back.
    if (changes.every((path) => submodules.has(path)))
      throw new ExpectedError(reject(mergeProblems.outdatedSubmodules(place, base, changes)));
    const problem =
      began === undefined
        ? mergeProblems.dirty(place, base, changes)
        : mergeProblems.movedUnder(place, base, began);
    throw new ExpectedError(reject(problem));
  }
  return place;
}

const MAX_EARLIER_COMMITS = 1000;

/**
 * The earlier commit of a checkout's branch whose files the checkout still has: the branch was moved without it, as by `git update-ref`. Undefined if
 * its files are of no such commit.
 */
async function findCommitOfIndex(place: string): Promise<string | undefined> {
  if ((await callLookUp(place, ['diff-files', '--quiet'])).code !== 0) return undefined;
  const { code, stdout } = await callGit(place, ['write-tree']);
  if (code !== 0) return undefined;
  const args = ['log', '--format=%H %T', `--max-count=${MAX_EARLIER_COMMITS}`];
  // The reflog has commits that the branch no longer has.
  const reflog = (await callGit(place, [...args, '--walk-reflogs', 'HEAD'])).stdout;
  const lines = `${reflog}${await askGit(place, [...args, 'HEAD'])}`.split('\n');
  return lines.find((line) => line.endsWith(` ${stdout.trim()}`))?.split(' ')[0];
}

/** Paths that differ from the last commit; with `all`, untracked files too. */
export async function listChangedPaths(place: string, untracked: 'no' | 'all'): Promise<string[]> {
  const args = ['status', '--porcelain', '-z', '--no-renames', `--untracked-files=${untracked}`];
  const fields = (await askLookUp(place, args)).split('\0').filter((field) => field !== '');
  return fields.map((field) => field.slice(3));
}

// Git lists a branch that is being rebased as not checked out, but writes it when the rebase ends.
function findRebase(site: Site, base: string): string | undefined {
  const trees = [
    { gitDir: site.repo.commonDir, place: site.repo.directory },
    ...readAdminEntries(site.repo).map(({ path, place }) => ({ gitDir: path, place })),
  ];
  const isRebasing = (gitDir: string) =>
    ['rebase-merge', 'rebase-apply'].some(
      (folder) => readTextIfExists(join(gitDir, folder, 'head-name')) === `refs/heads/${base}`,
    );
  const found = trees.find(({ gitDir }) => isRebasing(gitDir));
  return found && (found.place ?? found.gitDir);
}
