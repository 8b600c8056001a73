import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadlessContext } from '../../headless/run-headless.io.ts';
import { makeRun, prepareRun } from '../../run/ledger/begin.io.ts';
import { type FoundRun, findRunDir, locateRun } from '../../run/ledger/locate.io.ts';
import type { Driver } from '../../run/ledger/manifest.ts';
import { findMainRepository, findProject, findRepository } from '../../run/ledger/project.io.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { unbindRun } from '../../run/ledger/sessions.io.ts';
import { readManifest, writeManifest } from '../../run/ledger/store.io.ts';
import { isMissing } from '../../system/files/is-missing.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor, openRepository } from '../../system/git/repository.io.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import {
  catchExpectedError,
  ExpectedError,
  fault,
  type Result,
  reject,
  unwrap,
} from '../../system/result.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { worktreeProblems } from '../../workspace/worktree/wording.ts';
import { adoptFaults, adoptText, buildFaults } from '../machine/wording.ts';
import { makeBuildFolders } from './begin.io.ts';
import { bringBranches, chooseRun, readBaseBranch } from './build-branches.io.ts';
import { openEngine } from './open.io.ts';
import { recordAdoptedBuild } from './record-adopted.io.ts';
import { bringTreesBack, isLostRun, readRemains, setRemainsAside } from './run-remains.io.ts';

export interface AdoptOrder {
  /** A run's id or the start of it, or a branch; undefined: the only build of the repository that is not in its base branch. */
  named: string | undefined;
  description: string | undefined;
  project: string | undefined;
  driver: Extract<Driver, 'claude' | 'command'> | undefined;
  /** The remote to push a branch to, if the build is adopted. */
  deliverTo?: string | undefined;
  /** The name of that branch, if it is not `sao/{run}`. */
  deliverAs?: string | undefined;
}

type AdoptContext = Pick<HeadlessContext, 'env' | 'now' | 'note' | 'ask' | 'stdinIsTerminal'>;

/**
 * Finds the run of a build to resume or, if its run directory is lost or was on another machine, makes it anew from the branches. Approvals are not
 * made anew: each gate asks again.
 */
export function findOrAdoptBuild(
  order: AdoptOrder,
  choice: RootChoice,
  context: AdoptContext,
): Promise<Result<{ dir: string; root: string; adopted: boolean }>> {
  return catchExpectedError(async () => {
    const known = order.named === undefined ? undefined : locateRun(order.named, choice);
    const isOutside = order.project === undefined && findRepository(choice.cwd) === undefined;
    const here = findProject(choice.cwd, isOutside ? projectOf(known) : order.project);
    if (known?.ok && !isLostRun(known.value.dir)) {
      if (here.ok) await refuseOtherClone(known.value.dir, here.value);
      return { ...requireBuild(known.value), adopted: false };
    }
    if (known?.ok) await requireOwnBranches(known.value.dir, here);
    const repo = await openRepository(unwrap(here));
    const run = await chooseRun(repo.directory, order.named);
    return await withAsyncLock(join(repo.ours, `${run}.adopt.lock`), WAIT_MS, async () => {
      const dir = findRunDir(run, choice);
      if (dir !== undefined && !isLostRun(dir)) await refuseOtherClone(dir, repo.directory);
      if (dir !== undefined && !isLostRun(dir)) return { ...unwrap(locateRun(run, choice)), adopted: false };
      return await adoptRun(repo.directory, run, { order, choice, context, remains: dir });
    });
  });
}

/** The project that the manifest of a build names, if it is still there. */
function projectOf(known: Result<FoundRun> | undefined): string | undefined {
  const manifest = known?.ok ? readManifest(known.value.dir) : undefined;
  const isBuild = manifest?.ok && manifest.value.mode === 'build';
  return isBuild && !isMissing(manifest.value.project) ? manifest.value.project : undefined;
}

/** Throws an ExpectedError if the project of a build is missing, and the repository `here` is not the one that was moved: it has no branch of the build. */
async function requireOwnBranches(dir: string, here: Result<string>): Promise<void> {
  const manifest = readManifest(dir);
  if (!manifest.ok || !isMissing(manifest.value.project)) return;
  const { id, project } = manifest.value;
  const branch = `refs/heads/${branchOf(id, INTEGRATION)}`;
  const isHere = here.ok && findRepository(here.value) !== undefined;
  if (!isHere || (await findCommit(here.value, branch)) === undefined)
    throw new ExpectedError(fault(worktreeProblems.projectMissing(id, project)));
}

/** Throws an ExpectedError if a run belongs to another repository that is there, and this one has its branches too: a clone would be mistaken for it. */
async function refuseOtherClone(dir: string, here: string): Promise<void> {
  const { id, project } = unwrap(readManifest(dir));
  const [own, other] = [findMainRepository(here), findMainRepository(project)];
  if (own === undefined || own === other || !existsSync(project)) return;
  const branch = branchOf(id, INTEGRATION);
  const refs = await askGit(own, [
    ...['for-each-ref', '--format=%(refname)', `refs/heads/${branch}`, `refs/remotes/*/${branch}`],
  ]);
  if (refs !== '') throw new ExpectedError(reject(adoptFaults.elsewhere(id, project, own)));
}

const WAIT_MS = 60_000;

function requireBuild(found: FoundRun): FoundRun {
  const { id, mode } = unwrap(readManifest(found.dir));
  if (mode !== 'build') throw new ExpectedError(buildFaults.notBuild(id));
  return found;
}

interface Adoption {
  order: AdoptOrder;
  choice: RootChoice;
  context: AdoptContext;
  /** What is left of the run directory. */
  remains: string | undefined;
}

async function adoptRun(
  project: string,
  run: string,
  { order, choice, context, remains }: Adoption,
): Promise<{ dir: string; root: string; adopted: boolean }> {
  const tip = await bringBranches(project, run);
  const base = await readBaseBranch(project);
  const { was, isOpen, task: recorded } = readRemains(remains);
  const known = order.description ?? recorded;
  // A build without a contract starts again from its description.
  const canStart = isOpen && known !== undefined;
  if (!canStart && (await isAncestor(project, tip, `refs/heads/${base}`)))
    throw new ExpectedError(reject(adoptFaults.nothingLeft(run, { base, project, task: known })));
  const { driver, deliverTo = was?.delivery?.remote, deliverAs = was?.delivery?.branch } = order;
  const task = known ?? adoptText.task(run);
  if (was !== undefined && isMissing(was.project)) await repairLinks(project);
  const request = { task, project, driver, mode: 'build' as const, id: run, deliverTo, deliverAs };
  const prepared = unwrap(prepareRun(request, choice, context.now()));
  const kept = setRemainsAside(remains ?? join(prepared.root, run));
  const dir = makeRun(prepared, context.env, context.now());
  const trees = kept === undefined ? [] : bringTreesBack(kept, dir);
  try {
    makeBuildFolders(dir);
    await recordAdoptedBuild(await openEngine({ dir }, context, new AbortController().signal), base);
  } catch (error) {
    // With worktrees the run stays as it is: the next call continues.
    if (trees.length === 0) {
      rmSync(dir, { recursive: true, force: true });
      unbindRun(prepared.markers, dir);
    }
    throw error;
  }
  if (kept !== undefined && was?.adopting) rmSync(kept, { recursive: true });
  else if (kept !== undefined) context.note(adoptText.setAside(run, kept));
  const { adopting: _, ...manifest } = prepared.manifest;
  writeManifest(dir, manifest);
  return { dir, root: prepared.markers, adopted: true };
}

/** Connects the worktrees with their repository, which was moved. */
async function repairLinks(project: string): Promise<void> {
  await callGit(project, ['worktree', 'repair']);
}
