import { askGit, callGit } from '../../system/git/call.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';

const DIFF_TIMEOUT_MS = 300_000;

/**
 * Sorted paths that a branch changed itself: the difference between its commit and a merge of all `knownCommits` in its history.
 * Merged changes are not counted, and changes that a merge dropped are. If known commits conflict in a path, the path counts only if
 * it differs from each of them.
 */
export async function pathsChangedByBranch(
  worktree: string,
  commit: string,
  knownCommits: readonly string[],
): Promise<string[]> {
  const origins = await newestSharedCommits(worktree, commit, knownCommits);
  const [first, ...others] = origins;
  if (first === undefined) return await pathsInCommit(worktree, commit);
  let mergedOrigin = first;
  const conflictingPaths = new Set<string>();
  for (const other of others) {
    const prediction = await predictOrThrow(worktree, mergedOrigin, other);
    if (!prediction.clean) for (const { path } of prediction.conflicts) conflictingPaths.add(path);
    mergedOrigin = await commitMerge(
      worktree,
      prediction.tree,
      [mergedOrigin, other],
      'What a branch took over\n',
    );
  }
  const changedPaths = await pathsChangedBetween(worktree, mergedOrigin, commit);
  if (!changedPaths.some((path) => conflictingPaths.has(path))) return changedPaths;
  const changesPerOrigin = await Promise.all(
    origins.map((origin) => pathsChangedBetween(worktree, origin, commit)),
  );
  return changedPaths.filter(
    (path) => !conflictingPaths.has(path) || changesPerOrigin.every((paths) => paths.includes(path)),
  );
}

/** The newest commits that a commit shares with the known ones. */
async function newestSharedCommits(
  worktree: string,
  commit: string,
  knownCommits: readonly string[],
): Promise<string[]> {
  const sharedCommits = new Set<string>();
  // Exit code 1: no common commit.
  for (const knownCommit of new Set(knownCommits))
    for (const base of splitLines(
      (await callGit(worktree, ['merge-base', '--all', commit, knownCommit])).stdout,
    ))
      sharedCommits.add(base);
  if (sharedCommits.size < 2) return [...sharedCommits];
  return splitLines(await askGit(worktree, ['merge-base', '--independent', ...sharedCommits]));
}

/** Paths in which two commits differ, sorted; a rename counts with both its names. */
export async function pathsChangedBetween(worktree: string, from: string, to: string): Promise<string[]> {
  const diffOptions = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
  const output = await askGit(worktree, ['diff', ...diffOptions, '--end-of-options', from, to, '--'], {
    timeoutMs: DIFF_TIMEOUT_MS,
  });
  return parsePaths(output);
}

async function pathsInCommit(worktree: string, commit: string): Promise<string[]> {
  return parsePaths(await askGit(worktree, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]));
}

const splitLines = (text: string) => text.split('\n').filter((line) => line !== '');
const parsePaths = (text: string) =>
  text
    .split('\0')
    .filter((path) => path !== '')
    .sort();
