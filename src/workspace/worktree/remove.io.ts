import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isLockHeld } from '../../run/dispatch/tree-lock.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { catchExpectedError, ExpectedError, type Result, reject } from '../../system/result.ts';
import {
  type AdminEntry,
  dropAdminEntry,
  findAdminEntry,
  readAdminEntries,
  readTextIfExists,
} from './admin.io.ts';
import { checkOut, clearBrokenCheckout } from './check-out.io.ts';
import { withWorktreeLock } from './create.io.ts';
import { hasLeftovers, undoLeftovers, withRepositoryLock } from './exclusive.io.ts';
import { readLiveAgents } from './live-agents.io.ts';
import { isObjectId } from './lost-commits.ts';
import { branchOf, formatRescuePrefix, isTreeName, worktreePath } from './names.ts';
import { deleteMarkedWorktrees, markForDeletion, moveAside, restoreMovedWorktree } from './removal.io.ts';
import { type RescueOrder, rescueCommits, rescueTree } from './rescue.io.ts';
import type { Site } from './site.io.ts';
import { worktreeProblems } from './wording.ts';

export interface RemoveOptions {
  /** A branch or commit. Its commits need no rescue. */
  target: string;
  /** Keeps the branch with all its commits. */
  keepBranch?: boolean;
}

export interface RemovedTree {
  module: string;
  branch: string;
  place: string;
  /** Rescue refs with work that was in no other place; empty if the target contains all of it. */
  rescued: string[];
  /** The first 20 ignored folders that were not rescued, because tools rebuild them. */
  ignored: string[];
  /** False if there was neither a worktree nor a branch of that name. */
  existed: boolean;
}

/** Removes a worktree and its branch, after all their work is in the target or under a rescue ref. */
export function removeWorktree(
  site: Site,
  module: string,
  options: RemoveOptions,
): Promise<Result<RemovedTree>> {
  return catchExpectedError(async () => {
    if (!isTreeName(module)) throw new ExpectedError(reject(worktreeProblems.name(module)));
    const target = await findCommit(site.repo.directory, options.target);
    if (target === undefined)
      throw new ExpectedError(reject(worktreeProblems.noTarget(site.repo.directory, options.target)));
    return await withWorktreeLock(site, module, () => removeLocked(site, module, options));
  });
}

async function removeLocked(site: Site, module: string, options: RemoveOptions): Promise<RemovedTree> {
  await completeWorktree(site, module);
  const place = worktreePath(site, module);
  const branch = branchOf(site.run, module);
  const entry = findAdminEntry(site.repo, place);
  const tip = await findCommit(site.repo.directory, `refs/heads/${branch}`);
  rejectInUse(site, module, place);
  rejectLockedOrForeign(place, entry);
  if (!options.keepBranch) rejectOtherCheckout(site, branch, place);
  const order = {
    module,
    place,
    withIgnored: true,
    tips: options.keepBranch || tip === undefined ? [] : [tip],
    safe: [
      ...(await findSafeRefs(site, branch, options)),
      `--glob=${formatRescuePrefix(site.run, module)}*`,
      ...(options.keepBranch && tip !== undefined ? [tip] : []),
    ],
  };
  const { rescued, ignored } = await rescueAndMark(site, order, entry);
  const doomed = options.keepBranch ? undefined : tip;
  if (entry || doomed) await deleteEntryAndBranch(site, { branch, tip: doomed }, entry);
  deleteMarkedWorktrees(site);
  return { module, branch, place, rescued, ignored, existed: entry !== undefined || tip !== undefined };
}

/** Completes what a killed process left incomplete; otherwise missing files would look like deletions by a builder. */
async function completeWorktree(site: Site, module: string): Promise<void> {
  restoreMovedWorktree(site, module);
  if (hasLeftovers(site.repo)) await undoLeftovers(site.repo);
  const isThere = existsSync(join(worktreePath(site, module), '.git'));
  if (isThere && (await clearBrokenCheckout(site, module))) await checkOut(site, module);
}

/** The refs that keep work: the target only if it is a ref that stays, not an object id or the branch that is being deleted. */
async function findSafeRefs(
  site: Site,
  branch: string,
  { target, keepBranch }: RemoveOptions,
): Promise<string[]> {
  const args = ['rev-parse', '--symbolic-full-name', '--end-of-options', target];
  const ref = (await askGit(site.repo.directory, args)).trim().split('\n').at(-1) ?? '';
  const stays = ref === 'HEAD' || (ref.startsWith('refs/') && (keepBranch || ref !== `refs/heads/${branch}`));
  return stays ? [ref] : [];
}

function rejectInUse(site: Site, module: string, place: string): void {
  const agents = readLiveAgents(site).get(module);
  if (agents) throw new ExpectedError(reject(worktreeProblems.inUse(place, agents)));
}

function rejectLockedOrForeign(place: string, entry: AdminEntry | undefined): void {
  if (entry?.locked !== undefined && entry.locked !== 'initializing' && isLockHeld(entry.locked))
    throw new ExpectedError(reject(worktreeProblems.locked(place, entry.locked)));
  if (existsSync(place) && (!entry || !existsSync(join(place, '.git'))))
    throw new ExpectedError(reject(worktreeProblems.placeTaken(place)));
}

// Another worktree that has the branch checked out would lose its HEAD.
function rejectOtherCheckout(site: Site, branch: string, place: string): void {
  const ref = `ref: refs/heads/${branch}`;
  const main = readTextIfExists(join(site.repo.commonDir, 'HEAD')) === ref ? site.repo.directory : undefined;
  const other = readAdminEntries(site.repo).find((each) => each.head === ref && each.place !== place);
  const found = other?.place ?? main;
  if (found !== undefined) throw new ExpectedError(reject(worktreeProblems.elsewhere(branch, found)));
}

async function rescueAndMark(
  site: Site,
  order: RescueOrder,
  entry: AdminEntry | undefined,
): Promise<{ rescued: string[]; ignored: string[] }> {
  if (!entry || !existsSync(order.place)) {
    const head = entry?.head !== undefined && isObjectId(entry.head) ? [entry.head] : [];
    const tips = [...order.tips, ...head];
    return { rescued: await rescueCommits(site, { ...order, tips }, entry?.path), ignored: [] };
  }
  // A submodule's configuration contains its path, so git cannot read it after it is moved.
  const isRooted = existsSync(join(entry.path, 'modules'));
  const workTree = isRooted ? order.place : moveAside(site, order.module);
  try {
    const { refs, dropped } = await rescueTree(site, order, { gitDir: entry.path, workTree });
    if (isRooted) moveAside(site, order.module);
    markForDeletion(site, order.module);
    return { rescued: refs, ignored: dropped.slice(0, 20) };
  } catch (error) {
    restoreMovedWorktree(site, order.module);
    throw error instanceof ExpectedError ? nameRestored(error, workTree, order.place) : error;
  }
}

/** The error with the worktree's own path: it was moved back, so the user would look for a folder that is gone. */
function nameRestored(error: ExpectedError, moved: string, place: string): ExpectedError {
  const name = (text: string) => text.replaceAll(moved, place);
  const diagnostics = error.failure.diagnostics.map((problem) => ({
    ...problem,
    message: name(problem.message),
    ...(problem.target === undefined ? {} : { target: name(problem.target) }),
    ...(problem.fix === undefined ? {} : { fix: name(problem.fix) }),
  }));
  return new ExpectedError({ ...error.failure, diagnostics }, { cause: error });
}

async function deleteEntryAndBranch(
  site: Site,
  doomed: { branch: string; tip: string | undefined },
  entry: AdminEntry | undefined,
): Promise<void> {
  const { repo } = site;
  const ref = `refs/heads/${doomed.branch}`;
  await withRepositoryLock(repo, { kind: 'refs', refs: [ref] }, async () => {
    if (entry) dropAdminEntry(repo, entry);
    if (doomed.tip !== undefined)
      await askGit(repo.directory, ['update-ref', '-d', ref, doomed.tip], { mark: repo.mark });
  });
}
