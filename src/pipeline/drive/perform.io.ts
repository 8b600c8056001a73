import { purgeExpired } from '../../memory/training/judge-tree.io.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.ts';
import type { AgentOrder, BuildView, Work } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { progress } from '../machine/wording.ts';
import { extendRun } from '../prompts/extend.io.ts';
import { checkStage } from '../stages/check.io.ts';
import { beginHardening, endHardening } from '../stages/harden.io.ts';
import { judge } from '../stages/judge.io.ts';
import { assemble } from '../stages/merge.io.ts';
import { beginModules, examineBuilder } from '../stages/modules.io.ts';
import { reportBuild } from '../stages/report.io.ts';
import { bringHome, ship } from '../stages/ship.io.ts';

/** Does the work of one step. What is alike is done together: worktrees side by side, agents in one wave. */
export async function perform(engine: Engine, view: BuildView, work: readonly Work[]): Promise<void> {
  const begins = work.flatMap((each) => (each.do === 'begin' ? [each.module] : []));
  const orders: AgentOrder[] = work.flatMap((each) => (each.do === 'extend' ? [each] : []));
  if (begins.length > 0) {
    engine.note(progress.begin(begins));
    await beginModules(engine, view, begins);
  }
  // The curator writes anew what has run out.
  if (orders.some(({ role }) => role === 'curator'))
    unwrap(purgeExpired(integrationOf(engine.dir), engine.now().getTime()));
  for (const each of work) orders.push(...(await performOne(engine, view, each)));
  if (orders.length > 0) await extendRun(engine, view, orders);
}

/** Does one piece of work; answers the agents that it asks for. */
async function performOne(engine: Engine, view: BuildView, work: Work): Promise<AgentOrder[]> {
  engine.note(progress.work(work));
  if (work.do === 'examine') return await examineBuilder(engine, view, work);
  await performAlone(engine, view, work);
  return [];
}

async function performAlone(
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
      return await judge(engine, view, work);
    case 'merge':
      return await assemble(engine, view, work.module);
    case 'begin-hardening':
      return await beginHardening(engine);
    case 'end-hardening':
      return await endHardening(engine, view, work.child);
    case 'ship':
      return await ship(engine, view);
    case 'bring-home':
      return await bringHome(engine, view);
    case 'report':
      return reportBuild(engine, view);
  }
}
