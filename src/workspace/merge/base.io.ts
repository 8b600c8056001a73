import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { describeGitFailure } from '../../system/git/failure.ts';
import type { GitAnswer } from '../../system/git/reader.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { catchExpectedError, ExpectedError, fault, type Result, reject } from '../../system/result.ts';
import { withRepositoryLock } from '../worktree/exclusive.io.ts';
import { branchOf, INTEGRATION } from '../worktree/names.ts';
import type { Site } from '../worktree/site.io.ts';
import { findCheckout } from './checkouts.io.ts';
import { withAssemblyLock } from './integration.io.ts';
import { commitMerge } from './merge.io.ts';
import { predictOrThrow } from './predict.io.ts';
import { finishShipping, type Shipping, writeShippingNote } from './shipping.io.ts';
import { rollBackInterrupted } from './trial.io.ts';
import { formatShipMessage, mergeProblems } from './wording.ts';

const TIMEOUT_MS = 600_000;

export interface ShipOrder {
  /** The branch to merge into, without `refs/heads/`. */
  base: string;
  /** A branch or commit; the run's integration branch by default. */
  source?: string;
  message?: string;
  /** If the base has moved, so that the merged result was never tested, return `base-moved` instead of merging. */
  onlyIfTested?: boolean;
}

export type ShipOutcome = { base: string; source: string } & (
  | { state: 'shipped'; before: string; commit: string; isFastForward: boolean; checkout: string | null }
  | { state: 'already'; commit: string }
  | { state: 'conflict'; before: string; conflicts: MergeConflict[] }
  | { state: 'base-moved'; before: string }
);

/**
 * Merges the integration branch into the base branch. If the base is checked out, its checkout is updated too; if that checkout
 * has uncommitted changes, the merge is rejected. A repeated call after a crash completes the merge.
 */
export function mergeToBase(site: Site, order: ShipOrder): Promise<Result<ShipOutcome>> {
  return catchExpectedError(() => withAssemblyLock(site, () => shipToBase(site, order)));
}

async function shipToBase(site: Site, order: ShipOrder): Promise<ShipOutcome> {
  const { directory } = site.repo;
  const { base } = order;
  // Do not ship a merge that was never verified.
  await rollBackInterrupted(site);
  const wanted = order.source ?? `refs/heads/${branchOf(site.run, INTEGRATION)}`;
  const source = await findCommit(directory, wanted);
  if (source === undefined) throw new ExpectedError(reject(mergeProblems.noSource(INTEGRATION, wanted)));
  const finished = await finishShipping(site);
  const before = await findCommit(directory, `refs/heads/${base}`);
  if (before === undefined) throw new ExpectedError(reject(mergeProblems.noBase(directory, base)));
  if (await isAncestor(directory, source, before))
    return finished?.base === base
      ? describeShipped(order, source, finished)
      : { base, source, state: 'already', commit: before };
  const isFastForward = await isAncestor(directory, before, source);
  if (!isFastForward && order.onlyIfTested) return { base, source, state: 'base-moved', before };
  const prediction = await predictOrThrow(directory, before, source);
  if (!prediction.clean) return { base, source, state: 'conflict', before, conflicts: prediction.conflicts };
  const message = order.message ?? formatShipMessage(site.run, base);
  const commit = isFastForward
    ? source
    : await commitMerge(directory, prediction.tree, [before, source], message);
  const place = await findCheckout(site, base);
  const shipping = { base, before, commit, place };
  await moveBase(site, shipping);
  return describeShipped(order, source, shipping);
}

function describeShipped(
  { base }: ShipOrder,
  source: string,
  { before, commit, place }: Shipping,
): ShipOutcome {
  return {
    base,
    source,
    state: 'shipped',
    before,
    commit,
    isFastForward: commit === source,
    checkout: place,
  };
}

/** Whether a commit is what `mergeToBase` makes of two commits: a merge of both, in this order, with the tree that git predicts. */
export async function isPredictedMerge(
  { repo: { directory } }: Site,
  commit: string,
  { before, source }: { before: string; source: string },
): Promise<boolean> {
  const { code, stdout } = await callGit(directory, [
    'log',
    '-1',
    '--format=%T %P',
    '--end-of-options',
    commit,
  ]);
  const [tree, ...parents] = code === 0 ? stdout.trim().split(' ') : [];
  if (parents.join(' ') !== `${before} ${source}`) return false;
  const prediction = await predictOrThrow(directory, before, source);
  return prediction.clean && prediction.tree === tree;
}

async function moveBase(site: Site, shipping: Shipping): Promise<void> {
  const { repo } = site;
  const ref = `refs/heads/${shipping.base}`;
  await withRepositoryLock(repo, { kind: 'refs', refs: [ref] }, async () => {
    const { place, before, commit } = shipping;
    if (place === null)
      // With the old value given, git does not overwrite a base that has moved in the meantime.
      return void (await askGit(repo.directory, ['update-ref', '-m', 'sao: ship', ref, commit, before], {
        mark: repo.mark,
      }));
    const done = writeShippingNote(site, shipping);
    const answer = await fastForward(place, commit, repo.mark);
    // Git has ended by itself: the merge is done, or nothing was changed.
    done();
    throwIfFailed(place, answer);
  });
}

function fastForward(place: string, commit: string, mark: string): Promise<GitAnswer> {
  const args = ['merge', '--ff-only', '--no-autostash', '--quiet', commit];
  return callGit(place, args, { mark, timeoutMs: TIMEOUT_MS });
}

function throwIfFailed(place: string, { code, stderr }: GitAnswer): void {
  if (code === 0) return;
  if (/would be overwritten/.test(stderr))
    throw new ExpectedError(reject(mergeProblems.inTheWay(place, stderr)));
  throw new ExpectedError(fault(describeGitFailure(place, ['merge', '--ff-only'], { code, stderr })));
}
