import { askGit, callGit } from '../../system/git/call.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predict } from '../../workspace/merge/predict.io.ts';

const TIMEOUT_MS = 300_000;

/**
 * Paths in which a commit differs from what it took over: all that it has of the `known` commits in its history, merged. So what was
 * merged from them is not held against it, what was taken back is no change, and what a merge of its own has dropped is one. Where
 * the known ones conflict with each other, one of their sides as it is counts as taken over. Sorted.
 */
export async function ownPaths(place: string, commit: string, known: readonly string[]): Promise<string[]> {
  const origins = await originsOf(place, commit, known);
  const [first, ...others] = origins;
  if (first === undefined) return await allPaths(place, commit);
  let ground = first;
  const disputed = new Set<string>();
  for (const other of others) {
    const prediction = await predict(place, ground, other);
    if (!prediction.clean) for (const { path } of prediction.conflicts) disputed.add(path);
    ground = await commitMerge(place, prediction.tree, [ground, other], 'What a branch took over\n');
  }
  const changed = await changedBetween(place, ground, commit);
  if (!changed.some((path) => disputed.has(path))) return changed;
  const sides = await Promise.all(origins.map((origin) => changedBetween(place, origin, commit)));
  return changed.filter((path) => !disputed.has(path) || sides.every((paths) => paths.includes(path)));
}

/** The newest commits that it shares with the known ones. */
async function originsOf(place: string, commit: string, known: readonly string[]): Promise<string[]> {
  const shared = new Set<string>();
  // 1: they have nothing in common.
  for (const each of new Set(known))
    for (const base of linesOf((await callGit(place, ['merge-base', '--all', commit, each])).stdout))
      shared.add(base);
  if (shared.size < 2) return [...shared];
  return linesOf(await askGit(place, ['merge-base', '--independent', ...shared]));
}

/** Paths in which two commits differ, sorted; a rename counts with both its names. */
export async function changedBetween(place: string, from: string, to: string): Promise<string[]> {
  const how = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
  const answer = await askGit(place, ['diff', ...how, '--end-of-options', from, to, '--'], {
    timeoutMs: TIMEOUT_MS,
  });
  return pathsOf(answer);
}

async function allPaths(place: string, commit: string): Promise<string[]> {
  return pathsOf(await askGit(place, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]));
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const pathsOf = (text: string) =>
  text
    .split('\0')
    .filter((path) => path !== '')
    .sort();
