import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { contractHashOf } from '../../contract/read.io.ts';
import { strayPaths } from '../../contract/rights.ts';
import { readProse } from '../../findings/markdown-lines.ts';
import { MEMORY } from '../../memory/recall/layout.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import { buildStageCheckedEvent } from '../../run/ledger/events.ts';
import { describeMergeTrouble } from '../../run/ledger/trouble.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import {
  checkWorktree,
  commitFolder,
  commitStaged,
  listNewGitlinks,
  listUncommittedPaths,
  listUnmergedPaths,
  revealHiddenChanges,
  stageAll,
} from '../../workspace/worktree/tree-work.io.ts';
import { COMMIT_TITLES } from '../machine/adopted.ts';
import { contractOf, type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { formatDiagnostic } from '../machine/wording.ts';
import { describeNestedRepository } from '../qc/judge-wording.ts';
import { checkContract } from './check-contract.io.ts';
import { checkCuration } from './check-curation.io.ts';
import { checkTrainingPairs } from './check-pairs.io.ts';
import { checkScaffolding } from './check-scaffolding.io.ts';
import { checkShipment } from './check-shipment.io.ts';
import { findLockFaultsOfAgent } from './lock-changes.io.ts';
import { IntegrationCheck } from './merge.io.ts';
import { mergeBaseIntoIntegration } from './merge-base.io.ts';
import { pathsChangedByBranch } from './own-paths.io.ts';
import { findStageTestFaults } from './tests.io.ts';
import { hasBegunMemory, writeMemory } from './write-memory.io.ts';

type StageCheckFunction = (engine: Engine, view: BuildView) => Promise<StageCheckResult>;

const CHECK_OF_STAGE: Record<CheckedStage, StageCheckFunction> = {
  architect: checkContract,
  bootstrap: checkTrainingPairs,
  scaffold: checkScaffolding,
  harden: checkHardeningFixes,
  ship: checkShipment,
  curate: checkCuration,
};

/** Maximum number of faults that are recorded for the next prompt. */
const MAX_RECORDED_FAULTS = 40;

interface CheckOrder {
  stage: CheckedStage;
  by: string;
}

/** Checks the work of a stage's agent in the integration worktree and commits it if it passes. */
export async function checkStage(engine: Engine, view: BuildView, checkOrder: CheckOrder): Promise<void> {
  const { stage, by } = checkOrder;
  if (isContractApproved(view, stage)) return await checkContractChange(engine, view, checkOrder);
  const worktree = integrationWorktree(engine.dir);
  const worktreeCheck = await checkWorktree(worktree, branchOf(engine.site.run, INTEGRATION));
  if (!worktreeCheck.ok)
    return recordFailedCheck(engine, checkOrder, { faults: worktreeCheck.diagnostics.map(formatDiagnostic) });
  // What git was told to overlook would be tested here, but not committed.
  await revealHiddenChanges(worktree);
  const changedPaths = await listChangedPaths(engine, view, worktreeCheck.value.head);
  const pathFaults = await findPathFaults(engine, view, checkOrder, changedPaths);
  if (pathFaults.length > 0) return recordFailedCheck(engine, checkOrder, { faults: pathFaults });
  // Stage before the tests run, so that files left by tests are not committed.
  await stageAll(worktree);
  const nested = await findNestedRepositories(view, worktree);
  if (nested.length > 0) return recordFailedCheck(engine, checkOrder, { faults: nested });
  const testFaults = await findStageTestFaults(view, worktree, changedPaths);
  if (testFaults.length > 0) return recordFailedCheck(engine, checkOrder, { faults: testFaults });
  const checkResult = await CHECK_OF_STAGE[stage](engine, view);
  if (checkResult.faults.length > 0) return recordFailedCheck(engine, checkOrder, checkResult);
  // Stage the expired pairs that the engine has moved.
  const memoryRemarks = stage === 'curate' ? writeMemory(engine, view, by) : [];
  if (stage === 'curate') await stageAll(worktree);
  const commit = await commitStaged(worktree, `${COMMIT_TITLES[stage]}\n`);
  if (stage === 'ship') return await recordShipCheck(engine, view, by, checkResult.remarks ?? []);
  const { hash = commit, remarks = [], counts } = checkResult;
  const allRemarks = [...remarks, ...memoryRemarks].slice(0, MAX_RECORDED_FAULTS);
  const recorded = { hash, commit, faults: [], remarks: allRemarks };
  const counted = counts === undefined ? {} : { counts };
  recordEvents(engine, buildStageCheckedEvent({ stage, by, ok: true, ...recorded, ...counted }));
}

/** Merges new commits of the base branch before a human is asked, and records the result. */
async function recordShipCheck(
  engine: Engine,
  view: BuildView,
  by: string,
  remarks: readonly string[],
): Promise<void> {
  const merge = await mergeBaseIntoIntegration(engine, view);
  const allRemarks = [...merge.remarks, ...remarks].slice(0, MAX_RECORDED_FAULTS);
  recordEvents(engine, buildStageCheckedEvent({ stage: 'ship', by, ...merge, remarks: allRemarks }));
}

function recordFailedCheck(
  engine: Engine,
  { stage, by }: CheckOrder,
  { faults, hash }: StageCheckResult,
): void {
  // With this hash the engine notices a contract that was fixed after this check.
  const currentHash =
    stage === 'architect' ? (hash ?? contractHashOf(integrationWorktree(engine.dir))) : undefined;
  const recordedHash = currentHash === undefined ? {} : { hash: currentHash };
  const recordedFaults = limitFaults(faults);
  recordEvents(
    engine,
    buildStageCheckedEvent({ stage, by, ok: false, faults: recordedFaults, ...recordedHash }),
  );
}

/** The first faults, and how many more there are. */
function limitFaults(faults: readonly string[]): string[] {
  const more = faults.length - MAX_RECORDED_FAULTS;
  if (more <= 0) return [...faults];
  return [
    ...faults.slice(0, MAX_RECORDED_FAULTS),
    `${more} more faults are not listed: look for all of these kinds`,
  ];
}

/** Faults for repositories in the staged tree that were not in it when the engine last accepted it. */
async function findNestedRepositories(view: BuildView, worktree: string): Promise<string[]> {
  const { trusted } = view.snapshot.state.build;
  const staged = (await askGit(worktree, ['write-tree'])).trim();
  const found = await listNewGitlinks(worktree, trusted, staged, readProse(contractOf(view).values()));
  return found.map(describeNestedRepository);
}

/** Whether the contract was approved before. Then only contract files are committed: other agents may be at work in the worktree. */
function isContractApproved({ snapshot }: BuildView, stage: CheckedStage): boolean {
  return stage === 'architect' && snapshot.state.gates.get(stage)?.approved !== undefined;
}

async function checkContractChange(
  engine: Engine,
  view: BuildView,
  { stage, by }: CheckOrder,
): Promise<void> {
  const checkResult = await checkContract(engine, view);
  const { faults, hash = '', remarks = [] } = checkResult;
  if (faults.length > 0) return recordFailedCheck(engine, { stage, by }, checkResult);
  await commitFolder(integrationWorktree(engine.dir), CONTRACTS, 'Change the contract\n');
  const recorded = { hash, faults: [], remarks: remarks.slice(0, MAX_RECORDED_FAULTS) };
  recordEvents(engine, buildStageCheckedEvent({ stage, by, ok: true, ...recorded }));
}

/** Paths that changed since the last passed check, committed or not. */
async function listChangedPaths(engine: Engine, { snapshot }: BuildView, head: string): Promise<string[]> {
  const worktree = integrationWorktree(engine.dir);
  const { trusted = head, base } = snapshot.state.build;
  // Merging new commits of the base branch is allowed.
  const baseTip = base && (await findCommit(worktree, `refs/heads/${base.branch}`));
  const knownCommits = [trusted, ...(baseTip === undefined ? [] : [baseTip])];
  return [
    ...(await pathsChangedByBranch(worktree, head, knownCommits)),
    ...(await listUncommittedPaths(worktree)),
  ];
}

/** Faults for changed paths that the agent may not write. */
async function findPathFaults(
  engine: Engine,
  view: BuildView,
  { stage, by }: CheckOrder,
  changedPaths: readonly string[],
): Promise<string[]> {
  const unresolvedPaths = await listUnmergedPaths(integrationWorktree(engine.dir));
  // Contract changes are checked by the architect gate, except after shipping.
  const isContractExcluded = stage !== 'architect' && stage !== 'curate';
  // After a crash while the engine wrote the memory.
  const isMemoryExcluded = stage === 'curate' && hasBegunMemory(engine, by);
  const checkedPaths = changedPaths.filter(
    (path) =>
      (!isContractExcluded || !path.startsWith(`${CONTRACTS}/`)) &&
      (!isMemoryExcluded || !path.startsWith(`${MEMORY.join('/')}/`)),
  );
  const agent = view.snapshot.plan?.agents.find(({ id }) => id === by);
  return [
    ...unresolvedPaths.map((path) => `${path} is not merged: resolve it and commit`),
    ...strayPaths(
      agent?.writes ?? [],
      [...new Set(checkedPaths)],
      isCaseBlind(integrationWorktree(engine.dir)),
    ).map((path) => `${path} is not yours to change: put it back as it was`),
    ...(agent ? findLockFaultsOfAgent(engine, view, agent) : []),
  ];
}

/** Checks stage 5 after a fix outside of modules: the integration tests pass. The next audit checks the findings. */
export async function checkHardeningFixes(engine: Engine, view: BuildView): Promise<StageCheckResult> {
  const trial = new IntegrationCheck(engine, view, join(engine.dir, 'qc', 'integration-harden.log'));
  await trial.verify(integrationWorktree(engine.dir));
  return {
    faults: trial.trouble ? [describeMergeTrouble(trial.trouble)] : [],
    remarks: trial.flakyRemarks(),
  };
}
