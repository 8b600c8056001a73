import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { catchExpectedError, ExpectedError, type Result, reject } from '../../system/result.ts';
import { isObjectId } from '../worktree/lost-commits.ts';
import { branchOf } from '../worktree/names.ts';
import { worktreeProblems as refuseTree } from '../worktree/wording.ts';
import { type Integration, withAssemblyLock } from './integration.io.ts';
import { keepOwnFolders, type OwnFolders } from './keep-own.io.ts';
import { predictOrThrow } from './predict.io.ts';
import { beginTrial, endTrial, rollBack, rollBackInterrupted } from './trial.io.ts';
import { formatMergeMessage, mergeProblems } from './wording.ts';

/** Result of the caller's check of a merge; `reason` is for the report. */
export type MergeVerdict = { ok: true } | { ok: false; reason: string };

export interface MergeOrder {
  module: string;
  /** A branch or commit; the module's own branch by default. */
  source?: string;
  message?: string;
  /** What stays as the integration branch has it, also where the other side changed it. */
  own?: OwnFolders;
  /** Checks the merge, which is checked out in `place`, e.g. by the test command. Without it, every clean merge is kept. */
  verify?(place: string, commit: string): Promise<MergeVerdict>;
}

export type MergeOutcome = { module: string; source: string } & (
  | { state: 'merged'; before: string; commit: string }
  | { state: 'already'; commit: string }
  | { state: 'conflict'; before: string; conflicts: MergeConflict[] }
  | { state: 'rolled-back'; before: string; commit: string; reason: string }
);

/**
 * Merges one module into the integration branch. If there are conflicts, or `verify` rejects the merge, the branch stays as it was
 * and the outcome has the reason. Conflicts are never resolved by choosing a side. A repeated call after a crash completes the
 * merge; a module that is already merged is skipped.
 */
export function mergeModule(integration: Integration, order: MergeOrder): Promise<Result<MergeOutcome>> {
  return catchExpectedError(() =>
    withAssemblyLock(integration.site, async () => {
      await rollBackInterrupted(integration.site);
      return await mergeUnderLock(integration, order);
    }),
  );
}

async function mergeUnderLock(integration: Integration, order: MergeOrder): Promise<MergeOutcome> {
  const { site, place } = integration;
  const { before, tree, source } = await readMergeInputs(integration, order);
  const named = { module: order.module, source };
  const predicted = await predictOrThrow(place, before, source);
  const prediction = order.own ? await keepOwnFolders(place, predicted, before, order.own) : predicted;
  if (!prediction.clean) return { ...named, state: 'conflict', before, conflicts: prediction.conflicts };
  // Only a merge that changes nothing can be merged already.
  if (prediction.tree === tree && (await isAncestor(place, source, before)))
    return { ...named, state: 'already', commit: before };
  const message = order.message ?? formatMergeMessage(order.module, site.run);
  const commit = await commitMerge(place, prediction.tree, [before, source], message);
  await beginTrial(site, { before, commit });
  const verdict = await verifyMerge(integration, order, { before, commit });
  if (verdict.ok) {
    endTrial(site);
    return { ...named, state: 'merged', before, commit };
  }
  await rollBack(site, { before, commit });
  return { ...named, state: 'rolled-back', before, commit, reason: verdict.reason };
}

/** Reads all inputs of a merge in one git call, because each process costs time. */
async function readMergeInputs(
  { site, place, branch }: Integration,
  order: MergeOrder,
): Promise<{ before: string; tree: string; source: string }> {
  const wanted = order.source ?? `refs/heads/${branchOf(site.run, order.module)}`;
  const names = ['HEAD', 'HEAD^{tree}', `${wanted}^{commit}`, '--symbolic-full-name', 'HEAD'];
  const { code, stdout } = await callGit(place, ['rev-parse', ...names]);
  const [before = '', tree = '', source = '', ref = ''] = stdout.split('\n');
  if (code !== 0 || !isObjectId(source))
    throw new ExpectedError(reject(mergeProblems.noSource(order.module, wanted)));
  if (ref !== `refs/heads/${branch}`)
    throw new ExpectedError(reject(refuseTree.otherBranch(place, branch, ref.replace(/^refs\/heads\//, ''))));
  return { before, tree, source };
}

/** Commits the predicted tree as the merge, without touching a checkout. Returns the object id. */
export async function commitMerge(
  directory: string,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return (await askGit(directory, args, { input: message })).trim();
}

async function verifyMerge(
  { site, place }: Integration,
  { verify }: MergeOrder,
  trial: { before: string; commit: string },
): Promise<MergeVerdict> {
  if (!verify) return { ok: true };
  try {
    const verdict = await verify(place, trial.commit);
    if (!verdict.ok || (await findCommit(place, 'HEAD')) === trial.commit) return verdict;
    return { ok: false, reason: 'the check itself changed the branch' };
  } catch (error) {
    await rollBack(site, trial);
    throw error;
  }
}
