import { purgeExpired } from '../../memory/training/judge-tree.io.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.io.ts';
import { integrationWorktree } from '../machine/engine.io.ts';
import type { AgentOrder, BuildView, Work } from '../machine/step.ts';
import { progressText } from '../machine/wording.ts';
import { addAgentsToRun } from '../prompts/extend.io.ts';
import { checkStage } from '../stages/check.io.ts';
import { beginHardening, endHardening } from '../stages/harden.io.ts';
import { judgeModuleWork } from '../stages/judge.io.ts';
import { mergeModuleIntoIntegration } from '../stages/merge.io.ts';
import { beginModules, examineBuilder } from '../stages/modules.io.ts';
import { mergeMemoryToBase, shipToBase } from '../stages/ship.io.ts';
import { finishBuildReport } from '../stages/write-report.io.ts';

/** Performs the work of one step. Worktrees are created in parallel, and agents are added in one wave. */
export async function performWork(engine: Engine, view: BuildView, work: readonly Work[]): Promise<void> {
  const moduleNames = work.flatMap((each) => (each.do === 'begin' ? [each.module] : []));
  const orders: AgentOrder[] = work.flatMap((each) => (each.do === 'extend' ? [each] : []));
  if (moduleNames.length > 0) {
    engine.reportProgress(progressText.begin(moduleNames));
    await beginModules(engine, view, moduleNames);
  }
  // Expired pairs are removed before the curator writes new ones.
  if (orders.some(({ role }) => role === 'curator'))
    unwrap(purgeExpired(integrationWorktree(engine.dir), engine.now().getTime()));
  for (const each of work) orders.push(...(await performWorkItem(engine, view, each)));
  if (orders.length > 0) await addAgentsToRun(engine, view, orders);
}

/** Performs one item of work and returns the agents that it requests. */
async function performWorkItem(engine: Engine, view: BuildView, work: Work): Promise<AgentOrder[]> {
  engine.reportProgress(progressText.work(work, view.snapshot.manifest.delivery !== undefined));
  if (work.do === 'examine') return await examineBuilder(engine, view, work);
  await performWithoutOrders(engine, view, work);
  return [];
}

async function performWithoutOrders(
  engine: Engine,
  view: BuildView,
  work: Exclude<Work, { do: 'examine' }>,
): Promise<void> {
  switch (work.do) {
    case 'begin':
    case 'extend':
      return;
    case 'check':
      return await checkStage(engine, view, work);
    case 'judge':
      return await judgeModuleWork(engine, view, work);
    case 'merge':
      return await mergeModuleIntoIntegration(engine, view, work.module);
    case 'begin-hardening':
      return await beginHardening(engine);
    case 'end-hardening':
      return await endHardening(engine, view, work.child);
    case 'ship':
      return await shipToBase(engine, view);
    case 'bring-home':
      return await mergeMemoryToBase(engine, view);
    case 'report':
      return finishBuildReport(engine, view);
  }
}
