import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { ExpectedError, type Result, reject } from '../../system/result.ts';
import { type AdminEntry, dropAdminEntry, findAdminEntry, readAdminEntries, readText } from './admin.io.ts';
import { checkOut, clearBrokenCheckout } from './check-out.io.ts';
import { whilePlaceLocked } from './create.io.ts';
import { exclusively, hasLeftovers, settle } from './exclusive.io.ts';
import { isObjectId } from './lost-commits.ts';
import { branchOf, isTreeName, rescuePrefix } from './names.ts';
import { giveUp, moveAside, putBack, sweepGone } from './removal.io.ts';
import { type RescueOrder, rescueCommits, rescueTree } from './rescue.io.ts';
import { expected, placeOf, type Site } from './site.io.ts';
import { callIn, type Halves } from './snapshot.io.ts';
import { refuse } from './wording.ts';

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
  /** The first 20 files and folders that git ignores; they are not rescued. */
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
  return expected(async () => {
    if (!isTreeName(module)) throw new ExpectedError(reject(refuse.name(module)));
    const target = await findCommit(site.repo.directory, options.target);
    if (target === undefined)
      throw new ExpectedError(reject(refuse.noTarget(site.repo.directory, options.target)));
    return await whilePlaceLocked(site, module, () => removeLocked(site, module, options));
  });
}

async function removeLocked(site: Site, module: string, options: RemoveOptions): Promise<RemovedTree> {
  await makeWhole(site, module);
  const place = placeOf(site, module);
  const branch = branchOf(site.run, module);
  const entry = findAdminEntry(site.repo, place);
  const tip = await findCommit(site.repo.directory, `refs/heads/${branch}`);
  refuseUnsafe(place, entry);
  if (!options.keepBranch) refuseElsewhere(site, branch, place);
  const order = {
    module,
    place,
    tips: options.keepBranch || tip === undefined ? [] : [tip],
    safe: [
      ...(await findSafe(site, branch, options)),
      `--glob=${rescuePrefix(site.run, module)}*`,
      ...(options.keepBranch && tip !== undefined ? [tip] : []),
    ],
  };
  const { rescued, ignored } = await rescueAll(site, order, entry);
  const doomed = options.keepBranch ? undefined : tip;
  if (entry || doomed) await forget(site, { branch, tip: doomed }, entry);
  sweepGone(site);
  return { module, branch, place, rescued, ignored, existed: entry !== undefined || tip !== undefined };
}

/** Completes what a killed process left incomplete; otherwise missing files would look like deletions by a builder. */
async function makeWhole(site: Site, module: string): Promise<void> {
  putBack(site, module);
  if (hasLeftovers(site.repo)) await settle(site.repo);
  const isThere = existsSync(join(placeOf(site, module), '.git'));
  if (isThere && (await clearBrokenCheckout(site, module))) await checkOut(site, module);
}

/** The refs that keep work: the target only if it is a ref that stays, not an object id or the branch that is being deleted. */
async function findSafe(
  site: Site,
  branch: string,
  { target, keepBranch }: RemoveOptions,
): Promise<string[]> {
  const args = ['rev-parse', '--symbolic-full-name', '--end-of-options', target];
  const ref = (await askGit(site.repo.directory, args)).trim().split('\n').at(-1) ?? '';
  const stays = ref === 'HEAD' || (ref.startsWith('refs/') && (keepBranch || ref !== `refs/heads/${branch}`));
  return stays ? [ref] : [];
}

function refuseUnsafe(place: string, entry: AdminEntry | undefined): void {
  if (entry?.locked !== undefined && entry.locked !== 'initializing')
    throw new ExpectedError(reject(refuse.locked(place, entry.locked)));
  if (existsSync(place) && (!entry || !existsSync(join(place, '.git'))))
    throw new ExpectedError(reject(refuse.placeTaken(place)));
}

// Another worktree that has the branch checked out would lose its HEAD.
function refuseElsewhere(site: Site, branch: string, place: string): void {
  const ref = `ref: refs/heads/${branch}`;
  const main = readText(join(site.repo.commonDir, 'HEAD')) === ref ? site.repo.directory : undefined;
  const other = readAdminEntries(site.repo).find((each) => each.head === ref && each.place !== place);
  const found = other?.place ?? main;
  if (found !== undefined) throw new ExpectedError(reject(refuse.elsewhere(branch, found)));
}

async function rescueAll(
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
    const kept = await readAll(site, order, { gitDir: entry.path, workTree });
    if (isRooted) moveAside(site, order.module);
    giveUp(site, order.module);
    return kept;
  } catch (error) {
    putBack(site, order.module);
    throw error;
  }
}

async function readAll(
  site: Site,
  order: RescueOrder,
  halves: Halves,
): Promise<{ rescued: string[]; ignored: string[] }> {
  const rescued = await rescueTree(site, order, halves);
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  const { stdout } = await callIn(halves, args);
  return { rescued, ignored: stdout.split('\0').filter(Boolean).slice(0, 20) };
}

async function forget(
  site: Site,
  doomed: { branch: string; tip: string | undefined },
  entry: AdminEntry | undefined,
): Promise<void> {
  const { repo } = site;
  const ref = `refs/heads/${doomed.branch}`;
  await exclusively(repo, { kind: 'refs', refs: [ref] }, async () => {
    if (entry) dropAdminEntry(repo, entry);
    if (doomed.tip !== undefined)
      await askGit(repo.directory, ['update-ref', '-d', ref, doomed.tip], { mark: repo.mark });
  });
}
