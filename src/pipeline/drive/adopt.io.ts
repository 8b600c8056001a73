import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { HeadlessContext } from '../../headless/run-headless.io.ts';
import { previewSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { makeRun, prepareRun } from '../../run/ledger/begin.io.ts';
import {
  buildBuildBegunEvent,
  buildModuleBegunEvent,
  buildModuleExaminedEvent,
  buildModuleMergedEvent,
  buildPlanConfirmedEvent,
  buildStageCheckedEvent,
} from '../../run/ledger/events.ts';
import { type FoundRun, findRunDir, locateRun } from '../../run/ledger/locate.io.ts';
import type { Driver, Manifest } from '../../run/ledger/manifest.ts';
import { findMainRepository, findProject, findRepository } from '../../run/ledger/project.io.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { unbindRun } from '../../run/ledger/sessions.io.ts';
import { readManifest, readPlanFile, writeManifest } from '../../run/ledger/store.io.ts';
import { approveOwnPlan } from '../../run/plan/own-plan.io.ts';
import { isMissing } from '../../system/files/is-missing.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor, openRepository } from '../../system/git/repository.io.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import {
  catchExpectedError,
  ExpectedError,
  fault,
  type Result,
  reject,
  unwrap,
} from '../../system/result.ts';
import { openIntegration } from '../../workspace/merge/integration.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { worktreeProblems } from '../../workspace/worktree/wording.ts';
import { type CommittedState, readCommittedState } from '../machine/adopted.ts';
import { ROLE_OF_STAGE } from '../machine/build-agents.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';
import { adoptFaults, adoptText, buildFaults } from '../machine/wording.ts';
import { addAgentsToRun } from '../prompts/extend.io.ts';
import { buildModuleJudgedEvent } from '../qc/judge-module.ts';
import { checkContract } from '../stages/check-contract.io.ts';
import { readNextStep } from './advance.io.ts';
import { makeBuildFolders } from './begin.io.ts';
import {
  bringBranches,
  chooseRun,
  listModuleBranches,
  readBaseBranch,
  readBranch,
} from './build-branches.io.ts';
import { openEngine } from './open.io.ts';

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

type AdoptContext = Pick<HeadlessContext, 'env' | 'now' | 'note' | 'stdinIsTerminal'>;

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
    if (known?.ok && !isLost(known.value.dir)) {
      if (here.ok) await refuseOtherClone(known.value.dir, here.value);
      return { ...requireBuild(known.value), adopted: false };
    }
    if (known?.ok) await requireOwnBranches(known.value.dir, here);
    const repo = await openRepository(unwrap(here));
    const run = await chooseRun(repo.directory, order.named);
    return await withAsyncLock(join(repo.ours, `${run}.adopt.lock`), WAIT_MS, async () => {
      const dir = findRunDir(run, choice);
      if (dir !== undefined && !isLost(dir)) await refuseOtherClone(dir, repo.directory);
      if (dir !== undefined && !isLost(dir)) return { ...unwrap(locateRun(run, choice)), adopted: false };
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

/**
 * Whether parts of a run directory are missing or damaged, or were not made anew to the end, so that only the branches tell how far the build was; or
 * its project was moved, for which no earlier approval counts.
 */
function isLost(dir: string): boolean {
  try {
    const { adopting, project } = previewSnapshot(dir, new Date(0)).manifest;
    return adopting !== undefined || isMissing(project);
  } catch (error) {
    const codes = error instanceof ExpectedError ? error.failure.diagnostics.map(({ code }) => code) : [];
    if (!codes.some((code) => LOST_CODES.has(code))) throw error;
    return true;
  }
}

const LOST_CODES = new Set(['run-document-missing', 'run-document-damaged']);

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
  const kept = setAside(remains ?? join(prepared.root, run));
  const dir = makeRun(prepared, context.env, context.now());
  const trees = kept === undefined ? [] : bringTreesBack(kept, dir);
  try {
    makeBuildFolders(dir);
    await adopt(await openEngine({ dir }, context, new AbortController().signal), base);
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

/** What the remains of a run directory say. */
interface Remains {
  was: Manifest | undefined;
  task: string | undefined;
  /** Whether the ledger says that the build has begun and was not shipped. */
  isOpen: boolean;
}

function readRemains(dir: string | undefined): Remains {
  if (dir === undefined) return { was: undefined, task: undefined, isOpen: false };
  const before = readManifest(dir);
  const was = before.ok ? before.value : undefined;
  try {
    const { build, created } = readRunState(dir);
    const isOpen = build.base !== undefined && build.shipped === undefined;
    return { was, task: was?.task ?? created?.task, isOpen };
  } catch (error) {
    if (error instanceof ExpectedError) return { was, task: was?.task, isOpen: false };
    throw error;
  }
}

/** Connects the worktrees with their repository, which was moved. */
async function repairLinks(project: string): Promise<void> {
  await callGit(project, ['worktree', 'repair']);
}

/** Renames what is left of a run directory. Returns its new path. */
function setAside(place: string): string | undefined {
  if (!existsSync(place)) return undefined;
  const kept = join(dirname(place), `.lost-${basename(place)}-${randomHex(4)}`);
  renameSync(place, kept);
  return kept;
}

/** Moves worktrees in the remains of a run directory to their place, with all that is not committed in them. Returns their names. */
function bringTreesBack(kept: string, dir: string): string[] {
  const [from, to] = [join(kept, 'builds'), join(dir, 'builds')];
  if (!existsSync(from)) return [];
  const names = readdirSync(from, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  if (names.length > 0) mkdirSync(to, { mode: 0o700 });
  for (const name of names) renameSync(join(from, name), join(to, name));
  return names;
}

/** Records in a new ledger what the commits say: the base, the stages that passed and the modules that were merged. */
async function adopt(engine: Engine, base: string): Promise<void> {
  const { directory } = engine.site.repo;
  // This rolls back a merge that was not verified before the engine was killed.
  const integration = await openIntegration(
    engine.site,
    `refs/heads/${branchOf(engine.site.run, INTEGRATION)}`,
  );
  const { head: tip } = unwrap(integration);
  const start = (await askGit(directory, ['merge-base', `refs/heads/${base}`, tip])).trim();
  const committed = readCommittedState(engine.site.run, await readBranch(directory, start, tip));
  recordEvents(
    engine,
    buildBuildBegunEvent({ base, commit: start, adopted: committed.merged.map(({ module }) => module) }),
  );
  if (committed.stages.includes('architect')) await adoptStages(engine, committed, tip);
  // Hooks dispatch no agent of a plan before this.
  recordEvents(engine, buildPlanConfirmedEvent(approveOwnPlan(engine.dir, engine.now())));
}

async function adoptStages(
  engine: Engine,
  { stages, merged, last }: CommittedState,
  tip: string,
): Promise<void> {
  const checked = await checkContract(engine, readNextStep(engine).view);
  // The architect's agent gets the faults of a contract that is not valid any more.
  if (checked.faults.length > 0) return;
  const modules = await listModuleBranches(engine.site.repo.directory, engine.site.run);
  const view = readNextStep(engine).view;
  const known = merged.filter(({ module }) => view.blueprint?.modules.some(({ name }) => name === module));
  await addAgentsToRun(
    engine,
    view,
    stages.map((stage) => ({ role: ROLE_OF_STAGE[stage] })),
  );
  for (const { module } of known) {
    await addAgentsToRun(engine, view, [{ role: 'builder', module }]);
    await addAgentsToRun(engine, view, [{ role: 'qc', module }]);
  }
  for (const { output, id } of unwrap(readPlanFile(engine.dir))?.agents ?? [])
    writeFileSync(join(engine.dir, output), adoptText.output(id, engine.site.run), {
      flag: 'wx',
      mode: 0o600,
    });
  for (const each of known) recordMerged(engine, each);
  for (const module of modules) {
    if (known.some((each) => each.module === module)) continue;
    const branch = `refs/heads/${branchOf(engine.site.run, module)}`;
    const commit = (await askGit(engine.site.repo.directory, ['merge-base', branch, tip])).trim();
    recordEvents(engine, buildModuleBegunEvent({ module, base: commit }));
  }
  const commit = last ?? tip;
  for (const stage of stages) {
    const remarks = stage === 'architect' ? [adoptText.remark(known.map(({ module }) => module))] : [];
    const hash = stage === 'architect' ? (checked.hash ?? '') : commit;
    recordEvents(
      engine,
      buildStageCheckedEvent({
        stage,
        by: ROLE_OF_STAGE[stage],
        ok: true,
        hash,
        commit,
        faults: [],
        remarks,
      }),
    );
  }
}

function recordMerged(
  engine: Engine,
  { module, source, onto, commit }: CommittedState['merged'][number],
): void {
  const [builder, by] = [`build-${module}`, `qc-${module}`];
  const nothing = { reasons: [], findings: [], backlog: [] };
  recordEvents(
    engine,
    buildModuleBegunEvent({ module, base: onto }),
    buildModuleExaminedEvent({ module, builder, commit: source }),
    buildModuleJudgedEvent({ module, builder, by, verdict: 'pass', commit: source, ...nothing }),
    buildModuleMergedEvent({ module, source, commit }),
  );
}
