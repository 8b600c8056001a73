import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { ExpectedError, fault } from '../../system/result.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';
import { pushCommit } from '../../workspace/merge/push.io.ts';
import {
  type AttemptName,
  commitSubject,
  commitTrailers,
  deliveryBranch,
  isCommitOf,
} from './attempt-names.ts';
import { taskProblem } from './find-base.io.ts';
import type { OpenAttempt } from './open-attempt.io.ts';
import { runTaskTest, type TaskTestOptions } from './prove-attempt.io.ts';
import { branchRef, type Clone, fetchBranches } from './repositories.io.ts';
import { workTexts } from './wording.ts';

/** Where proved work goes: to a branch of the attempt, or also into the branch that the task names. */
export const DELIVERIES = ['branch', 'merge'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** `commit`: what the queue records, which is on the remote. `faults`: why it was not delivered. */
export type Delivered = { ok: true; commit: string } | { ok: false; faults: string[] };

const MERGE_TRIES = 5;

/** Hands proved work over. Throws an ExpectedError of the environment if the remote cannot be reached. */
export async function deliverAttempt(
  name: AttemptName,
  attempt: OpenAttempt,
  clone: Clone,
  {
    commit,
    how,
    fence,
    options,
  }: {
    commit: string;
    how: Delivery;
    /** Throws if the claim is lost. */
    fence(): Promise<void>;
    options: TaskTestOptions;
  },
): Promise<Delivered> {
  const tagged = await addTrailers(name, attempt, commit);
  await fence();
  await publish(clone, deliveryBranch(name), tagged);
  if (how === 'branch') return { ok: true, commit: tagged };
  return await mergeIntoBranch(name, attempt, clone, { commit: tagged, fence, options });
}

/** The commit itself if its message names the attempt, else an empty commit on top of it that does. */
async function addTrailers(name: AttemptName, { tree }: OpenAttempt, commit: string): Promise<string> {
  const message = await askGit(tree.place, ['show', '--no-patch', '--format=%B', commit]);
  if (isCommitOf(name, message)) return commit;
  return await commitEmpty(tree.place, commit, `${commitSubject(name)}\n\n${commitTrailers(name)}\n`);
}

async function commitEmpty(directory: string, parent: string, message: string): Promise<string> {
  const content = (await askGit(directory, ['rev-parse', '--verify', `${parent}^{tree}`])).trim();
  return await commitMerge(directory, content, [parent], message);
}

/** Makes a commit the tip of a branch that others can fetch; in a clone without a remote, of a branch there. */
async function publish({ directory, remote }: Clone, branch: string, commit: string): Promise<void> {
  if (remote === undefined) await askGit(directory, ['update-ref', `refs/heads/${branch}`, commit]);
  else await pushCommit(directory, { remote, branch, commit });
}

async function mergeIntoBranch(
  name: AttemptName,
  attempt: OpenAttempt,
  clone: Clone,
  { commit, fence, options }: { commit: string; fence(): Promise<void>; options: TaskTestOptions },
): Promise<Delivered> {
  const { branch } = name.spec;
  for (let tries = 0; tries < MERGE_TRIES; tries += 1) {
    if (tries > 0) await fetchBranches(clone);
    const tip = await findCommit(clone.directory, branchRef(clone, branch));
    const merged = await mergeOnce(name, attempt, { commit, tip, options });
    if (!merged.ok) return merged;
    const busy = await findCheckout(clone, branch);
    if (busy !== undefined) return { ok: false, faults: [workTexts.branchInUse(branch, busy)] };
    await fence();
    if (await moveBranch(clone, branch, { from: tip, to: merged.commit })) return merged;
  }
  throw new ExpectedError(fault(taskProblem(name.spec, workTexts.mergeRaced(branch))));
}

/** Merges into the branch's tip and runs the test on the result, if that differs from what was tested. */
async function mergeOnce(
  name: AttemptName,
  attempt: OpenAttempt,
  { commit, tip, options }: { commit: string; tip: string | undefined; options: TaskTestOptions },
): Promise<Delivered> {
  const { spec } = name;
  const { place } = attempt.tree;
  if (tip === undefined || tip === commit) return { ok: true, commit };
  const prediction = await predictOrThrow(place, tip, commit);
  if (!prediction.clean)
    return {
      ok: false,
      faults: [
        workTexts.mergeConflict(
          spec.branch,
          prediction.conflicts.map(({ path }) => path),
        ),
      ],
    };
  const title = `Merge ${spec.id} (attempt ${name.attempt})`;
  const message = `${commitSubject(name, title)}\n\n${commitTrailers(name)}\n`;
  const merge = await commitMerge(place, prediction.tree, [tip, commit], message);
  if ((await isAncestor(place, tip, commit)) || spec.test === '') return { ok: true, commit: merge };
  await askGit(place, ['checkout', '--quiet', '--detach', merge]);
  const { fault: failed } = await runTaskTest(attempt, spec, options);
  await askGit(place, ['checkout', '--quiet', '--force', attempt.tree.branch]);
  return failed === undefined
    ? { ok: true, commit: merge }
    : { ok: false, faults: [workTexts.mergedTestFailed(spec.branch, failed)] };
}

/** Where a branch of a shared clone is checked out: its files would no longer fit their branch. */
async function findCheckout({ directory, remote }: Clone, branch: string): Promise<string | undefined> {
  if (remote !== undefined) return undefined;
  const args = ['for-each-ref', '--format=%(worktreepath)', `refs/heads/${branch}`];
  return (await askGit(directory, args)).trim() || undefined;
}

/** False if another executor has moved the branch in the meantime. */
async function moveBranch(
  clone: Clone,
  branch: string,
  { from, to }: { from: string | undefined; to: string },
): Promise<boolean> {
  const { directory, remote } = clone;
  if (remote === undefined) {
    const ref = `refs/heads/${branch}`;
    return (await callGit(directory, ['update-ref', ref, to, from ?? ''])).code === 0;
  }
  try {
    await pushCommit(directory, { remote, branch, commit: to });
    return true;
  } catch (error) {
    await fetchBranches(clone);
    if ((await findCommit(directory, branchRef(clone, branch))) === from) throw error;
    return false;
  }
}

/** Keeps what a failed attempt has committed where the next one finds it. Returns the place; '' if there is nothing or it cannot be reached. */
export async function publishLeftovers(
  name: AttemptName,
  clone: Clone,
  { commit, escalation }: { commit: string; escalation?: string | undefined },
): Promise<string> {
  const branch = deliveryBranch(name);
  try {
    const told =
      escalation === undefined
        ? commit
        : await commitEmpty(
            clone.directory,
            commit,
            `${commitSubject(name, `ESCALATION: ${escalation}`)}\n\n${commitTrailers(name)}\n`,
          );
    await publish(clone, branch, told);
    return branch;
  } catch (error) {
    if (error instanceof ExpectedError) return '';
    throw error;
  }
}
