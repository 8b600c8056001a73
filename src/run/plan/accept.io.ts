import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { fillFolder } from '../../system/files/folder.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { coordinatorsOf, type Manifest, type Plan, workersOf } from '../ledger/manifest.ts';
import { decideOnLockedState } from '../ledger/run-state.io.ts';
import { appendEvents, writePlanFile } from '../ledger/store.io.ts';
import { loadTemplate } from '../prompt/templates.io.ts';
import { templateOf, writePrompt } from '../prompt/write-prompt.ts';
import { type Estimate, estimateTokens } from './estimate.ts';
import { meanUse } from './experience.io.ts';
import { renderPlanMarkdown } from './table.ts';

/** Accepts a plan for a run: writes prompts, table and plan, then records the event. Replaces an earlier plan. */
export function acceptPlan(dir: string, manifest: Manifest, plan: Plan, now: Date): Result<Estimate> {
  return decideOnLockedState(dir, ({ dispatchedAny }) => {
    if (dispatchedAny) {
      return reject({
        code: 'plan-in-use',
        message: `run ${manifest.id} has dispatched agents already, so its plan cannot change`,
        target: manifest.id,
        fix: 'finish this run with `sao next`, or start another one with `sao init`',
      });
    }
    const characters = writePrompts(dir, manifest, plan);
    const estimate = estimateTokens(plan, characters, meanUse(dir));
    writeAtomic(join(dir, 'plan.md'), renderPlanMarkdown(plan, estimate));
    writePlanFile(dir, plan);
    const counts = {
      workers: workersOf(plan).length,
      coordinators: coordinatorsOf(plan).length,
      waves: plan.waves.length,
    };
    const forecast = estimate.parent;
    appendEvents(
      dir,
      [{ type: 'plan-accepted', hash: hashPlan(plan), ...counts, forecast, agents: estimate.agents }],
      now,
    );
    return accept(estimate);
  });
}

function hashPlan(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
}

function writePrompts(dir: string, manifest: Manifest, plan: Plan): number {
  const place = { dir, project: manifest.project };
  const prompts = plan.agents
    .filter(({ kind }) => kind === 'agent')
    .map(
      (agent) =>
        [`${agent.id}.md`, writePrompt(agent, plan, place, loadTemplate(templateOf(agent)))] as const,
    );
  fillFolder(join(dir, 'prompts'), new Map(prompts));
  return prompts.reduce((sum, [, prompt]) => sum + prompt.length, 0);
}
