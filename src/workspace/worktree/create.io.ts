import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import { catchExpectedError, ExpectedError, type Result, reject } from '../../system/result.ts';
import { type AdminEntry, dropAdminEntry, findAdminEntry } from './admin.io.ts';
import { checkOut, clearBrokenCheckout } from './check-out.io.ts';
import { hasLeftovers, undoLeftovers, withRepositoryLock } from './exclusive.io.ts';
import { branchOf, isModuleName, isTreeName, worktreePath } from './names.ts';
import { restoreMovedWorktree } from './removal.io.ts';
import { resolveBase, type Site } from './site.io.ts';
import { fillSubmodules } from './submodules.io.ts';
import { worktreeProblems } from './wording.ts';

export interface CreatedTree {
  module: string;
  branch: string;
  place: string;
  /** The object id of the base. */
  base: string;
  /** The current commit of the branch: later than the base if the branch has work. */
  head: string;
  /** False if the worktree existed and was complete. */
  isNew: boolean;
}

const WAIT_MS = 900_000;

/**
 * Creates the worktree of a module, on its branch, from the commit that `base` names. A repeated call, also after a crash, completes
 * an existing worktree and keeps the work on its branch.
 */
export function createWorktree(site: Site, module: string, base: string): Promise<Result<CreatedTree>> {
  return catchExpectedError(async () => {
    if (!isModuleName(module)) throw new ExpectedError(reject(worktreeProblems.name(module)));
    return await createTree(site, module, await resolveBase(site, base));
  });
}

/** Creates several worktrees at once. If one fails, the others are still completed and the first failure is returned. */
export function createWorktrees(
  site: Site,
  modules: readonly string[],
  base: string,
): Promise<Result<CreatedTree[]>> {
  return catchExpectedError(async () => {
    const strange = modules.filter((module) => !isModuleName(module));
    if (strange.length > 0) throw new ExpectedError(reject(...strange.map(worktreeProblems.name)));
    const commit = await resolveBase(site, base);
    const made = await Promise.allSettled(modules.map((module) => createTree(site, module, commit)));
    return made.map((each) => {
      if (each.status === 'fulfilled') return each.value;
      throw each.reason;
    });
  });
}

/** Like `createWorktree`, also for the integration worktree; `base` is an object id. Throws an ExpectedError. */
export async function createTree(site: Site, module: string, base: string): Promise<CreatedTree> {
  if (!isTreeName(module)) throw new ExpectedError(reject(worktreeProblems.name(module)));
  return await withWorktreeLock(site, module, async () => {
    const place = worktreePath(site, module);
    restoreMovedWorktree(site, module);
    const registered = await ensureRegistered(site, module, base);
    if (registered !== 'known' || (await clearBrokenCheckout(site, module))) await checkOut(site, module);
    // The process may have been killed after git had checked out the worktree itself.
    else await fillSubmodules(site.repo, place, 'unfinished');
    const head = registered === 'fresh' ? base : ((await findCommit(place, 'HEAD')) ?? base);
    return { module, branch: branchOf(site.run, module), place, base, head, isNew: registered !== 'known' };
  });
}

/** Runs `work` under the worktree's lock, so that only one process creates or removes it. */
export function withWorktreeLock<T>(site: Site, module: string, work: () => Promise<T>): Promise<T> {
  return withAsyncLock(join(site.repo.ours, `${site.run}.${module}.lock`), WAIT_MS, work);
}

/** `known`: the worktree existed. `fresh`: created with a new branch. `adopted`: created with an existing branch. */
type Registered = 'known' | 'fresh' | 'adopted';

async function ensureRegistered(site: Site, module: string, base: string): Promise<Registered> {
  const place = worktreePath(site, module);
  const branch = branchOf(site.run, module);
  if (existsSync(place) && hasLeftovers(site.repo)) await undoLeftovers(site.repo);
  const entry = findAdminEntry(site.repo, place);
  if (entry && existsSync(join(place, '.git'))) return rejectOtherBranch(place, branch, entry);
  // The content is not from this run, so it is not touched.
  if (existsSync(place) && readdirSync(place).length > 0)
    throw new ExpectedError(reject(worktreeProblems.placeTaken(place)));
  return await registerWorktree(site, { place, branch, base }, entry);
}

function rejectOtherBranch(place: string, branch: string, { head = 'nothing' }: AdminEntry): 'known' {
  if (head === `ref: refs/heads/${branch}`) return 'known';
  throw new ExpectedError(
    reject(worktreeProblems.otherBranch(place, branch, head.replace(/^ref: refs\/heads\//, ''))),
  );
}

interface NewTree {
  place: string;
  branch: string;
  base: string;
}

async function registerWorktree(
  site: Site,
  tree: NewTree,
  stale: AdminEntry | undefined,
): Promise<Registered> {
  const { directory } = site.repo;
  const { branch, base } = tree;
  if (!stale && (await tryNewBranch(site, tree))) return 'fresh';
  const tip = await findCommit(directory, `refs/heads/${branch}`);
  if (tip !== undefined && !(await isAncestor(directory, base, tip)))
    throw new ExpectedError(reject(worktreeProblems.otherBase(branch, base)));
  await addWorktree(site, tree, { adopts: tip !== undefined, stale });
  return tip === undefined ? 'fresh' : 'adopted';
}

/** Tries to create the branch without checking first: most branches are new, and this saves a process. */
async function tryNewBranch(site: Site, tree: NewTree): Promise<boolean> {
  try {
    await addWorktree(site, tree, { adopts: false, stale: undefined });
    return true;
  } catch (error) {
    if (error instanceof ExpectedError && /branch named .+ already exists/.test(error.message)) return false;
    throw error;
  }
}

async function addWorktree(
  { repo }: Site,
  { place, branch, base }: NewTree,
  { adopts, stale }: { adopts: boolean; stale: AdminEntry | undefined },
): Promise<void> {
  const start = adopts ? [place, branch] : ['--no-track', '-b', branch, place, base];
  await withRepositoryLock(repo, { kind: 'add', place, branch, base, adopts }, async () => {
    // The entry's directory is missing, and a branch can be checked out only once.
    if (stale) dropAdminEntry(repo, stale);
    await askGit(repo.directory, ['worktree', 'add', '--no-checkout', ...start], { mark: repo.mark });
  });
}
