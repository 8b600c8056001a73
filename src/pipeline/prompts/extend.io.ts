import { join } from 'node:path';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import type { Stage } from '../../run/ledger/stages.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import { readLedger, readPlanFile, writePlanFile } from '../../run/ledger/store.io.ts';
import { loadTemplate } from '../../run/prompt/templates.io.ts';
import { fillFolder } from '../../system/files/folder.ts';
import { unwrap } from '../../system/result.ts';
import { placeOf } from '../../workspace/worktree/site.io.ts';
import type { Engine } from '../machine/engine.ts';
import { extendPlan } from '../machine/planned.ts';
import { record } from '../machine/record.io.ts';
import type { AgentOrder, BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { additionsFor } from './additions.io.ts';
import { briefOf } from './brief.io.ts';
import { addToBuildPrompt, BUILD_TEMPLATES, writeBuildPrompt } from './build-prompt.ts';

/** Adds agents to the run: their prompts first, then the plan, then the ledger. What a crash leaves undone is done by `heedPlan`. */
export async function extendRun(
  engine: Engine,
  view: BuildView,
  orders: readonly AgentOrder[],
): Promise<void> {
  const { dir, site } = engine;
  const plan = unwrap(readPlanFile(dir));
  const places = { integration: integrationOf(dir), treeOf: (module: string) => placeOf(site, module) };
  const extended = extendPlan(orders, plan, { task: engine.task, blueprint: view.blueprint, places });
  const prompts = new Map<string, string>();
  for (const agent of extended.added) {
    prompts.set(`${agent.id}.md`, await promptOf(engine, view, agent));
  }
  fillFolder(join(dir, 'prompts'), prompts);
  writePlanFile(dir, extended.plan);
  heedPlan(engine);
}

async function promptOf(engine: Engine, view: BuildView, agent: PlannedAgent): Promise<string> {
  const brief = await briefOf(engine, view, agent);
  const prompt = writeBuildPrompt(agent, brief, loadTemplate(BUILD_TEMPLATES[brief.role]));
  return additionsFor(engine, view, agent).reduce(
    (text, addition) => addToBuildPrompt(text, addition, loadTemplate),
    prompt,
  );
}

/** Tells the ledger of agents that the plan has and it has not. */
export function heedPlan(engine: Engine): boolean {
  const known = foldLedger(readLedger(engine.dir)).build.extended;
  const added = (unwrap(readPlanFile(engine.dir))?.agents ?? []).filter(({ id }) => !known.has(id));
  const stages = [...new Set(added.map(({ domain }) => domain as Stage))];
  for (const stage of stages) {
    const agents = added.filter(({ domain }) => domain === stage).map(({ id }) => id);
    record(engine, { type: 'plan-extended', stage, agents });
  }
  return added.length > 0;
}
