import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { whileLocked } from '../../system/git/take-lock.io.ts';
import { ExpectedError, type Result, reject } from '../../system/result.ts';
import { type AdminEntry, dropAdminEntry, findAdminEntry } from './admin.io.ts';
import { checkOut, clearBrokenCheckout } from './check-out.io.ts';
import { exclusively, hasLeftovers, settle } from './exclusive.io.ts';
import { branchOf, isModuleName, isTreeName } from './names.ts';
import { putBack } from './removal.io.ts';
import { expected, placeOf, resolveBase, type Site } from './site.io.ts';
import { refuse } from './wording.ts';

export interface CreatedTree {
  module: string;
  branch: string;
  place: string;
  /** The object id that the base was resolved to. */
  base: string;
  /** Where its branch stands now: further than the base if there was work on it. */
  head: string;
  /** False if it was there and whole. */
  isNew: boolean;
}

const WAIT_MS = 900_000;

/**
 * The worktree of a module, on its branch, from a commit that the caller names. Asked again, after a crash at any point too, it
 * completes what is there; work on the branch stays.
 */
export function createWorktree(site: Site, module: string, base: string): Promise<Result<CreatedTree>> {
  return expected(async () => {
    if (!isModuleName(module)) throw new ExpectedError(reject(refuse.name(module)));
    return await createTree(site, module, await resolveBase(site, base));
  });
}

/** Several at once. The first failure is the answer; the others are still brought to their end. */
export function createWorktrees(
  site: Site,
  modules: readonly string[],
  base: string,
): Promise<Result<CreatedTree[]>> {
  return expected(async () => {
    const strange = modules.filter((module) => !isModuleName(module));
    if (strange.length > 0) throw new ExpectedError(reject(...strange.map(refuse.name)));
    const commit = await resolveBase(site, base);
    const made = await Promise.allSettled(modules.map((module) => createTree(site, module, commit)));
    return made.map((each) => {
      if (each.status === 'fulfilled') return each.value;
      throw each.reason;
    });
  });
}

/** As `createWorktree`, for the integration worktree too, from an object id. Throws expected errors. */
export async function createTree(site: Site, module: string, base: string): Promise<CreatedTree> {
  if (!isTreeName(module)) throw new ExpectedError(reject(refuse.name(module)));
  return await whilePlaceLocked(site, module, async () => {
    const place = placeOf(site, module);
    putBack(site, module);
    const registered = await ensureRegistered(site, module, base);
    if (registered !== 'known' || (await clearBrokenCheckout(site, module))) await checkOut(site, module);
    const head = registered === 'fresh' ? base : ((await findCommit(place, 'HEAD')) ?? base);
    return { module, branch: branchOf(site.run, module), place, base, head, isNew: registered !== 'known' };
  });
}

/** No two processes create or remove the same worktree at once. */
export function whilePlaceLocked<T>(site: Site, module: string, work: () => Promise<T>): Promise<T> {
  return whileLocked(join(site.repo.ours, `${site.run}.${module}.lock`), WAIT_MS, work);
}

/** `fresh`: with a branch that is new; `adopted`: with a branch that was there. */
type Registered = 'known' | 'fresh' | 'adopted';

async function ensureRegistered(site: Site, module: string, base: string): Promise<Registered> {
  const place = placeOf(site, module);
  const branch = branchOf(site.run, module);
  if (existsSync(place) && hasLeftovers(site.repo)) await settle(site.repo);
  const entry = findAdminEntry(site.repo, place);
  if (entry && existsSync(join(place, '.git'))) return refuseOtherBranch(place, branch, entry);
  // What stands there is nobody's that we know: it is not touched.
  if (existsSync(place) && readdirSync(place).length > 0)
    throw new ExpectedError(reject(refuse.placeTaken(place)));
  return await register(site, { place, branch, base }, entry);
}

function refuseOtherBranch(place: string, branch: string, { head = 'nothing' }: AdminEntry): 'known' {
  if (head === `ref: refs/heads/${branch}`) return 'known';
  throw new ExpectedError(reject(refuse.otherBranch(place, branch, head.replace(/^ref: refs\/heads\//, ''))));
}

interface NewTree {
  place: string;
  branch: string;
  base: string;
}

async function register(site: Site, tree: NewTree, stale: AdminEntry | undefined): Promise<Registered> {
  const { directory } = site.repo;
  const { branch, base } = tree;
  if (!stale && (await tryFresh(site, tree))) return 'fresh';
  const tip = await findCommit(directory, `refs/heads/${branch}`);
  if (tip !== undefined && !(await isAncestor(directory, base, tip)))
    throw new ExpectedError(reject(refuse.otherBase(branch, base)));
  await add(site, tree, { adopts: tip !== undefined, stale });
  return tip === undefined ? 'fresh' : 'adopted';
}

/** Most branches are new: to try costs one process less than to ask first. */
async function tryFresh(site: Site, tree: NewTree): Promise<boolean> {
  try {
    await add(site, tree, { adopts: false, stale: undefined });
    return true;
  } catch (error) {
    if (error instanceof ExpectedError && /branch named .+ already exists/.test(error.message)) return false;
    throw error;
  }
}

async function add(
  { repo }: Site,
  { place, branch, base }: NewTree,
  { adopts, stale }: { adopts: boolean; stale: AdminEntry | undefined },
): Promise<void> {
  const start = adopts ? [place, branch] : ['--no-track', '-b', branch, place, base];
  await exclusively(repo, { kind: 'add', place, branch, base, adopts }, async () => {
    // Its directory is gone, and a branch can be checked out only once.
    if (stale) dropAdminEntry(repo, stale);
    await askGit(repo.directory, ['worktree', 'add', '--no-checkout', ...start], { mark: repo.mark });
  });
}
