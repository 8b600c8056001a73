import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeAtomic } from '../adapters/files/atomic.ts';
import { loadTemplate } from '../prompt/templates.io.ts';
import { templateOf, writePrompt } from '../prompt/write-prompt.ts';
import { accept, type Result, reject } from '../result.ts';
import { coordinatorsOf, type Manifest, type Plan, workersOf } from '../run/manifest.ts';
import { foldLedger } from '../run/state.ts';
import { appendEvents, readLedger, underRunLock, writePlanFile } from '../run/store.io.ts';
import { type Estimate, estimateTokens } from './estimate.ts';
import { renderPlanMarkdown } from './table.ts';

/** Makes a plan the run's own: prompts, table and plan are written, then the ledger says so. Replaces an earlier one. */
export function acceptPlan(dir: string, manifest: Manifest, plan: Plan, now: Date): Result<Estimate> {
  return underRunLock(dir, () => {
    if (foldLedger(readLedger(dir)).dispatchedAny) {
      return reject({
        code: 'plan-in-use',
        message: `run ${manifest.id} has dispatched agents already: its plan stands`,
        target: manifest.id,
        fix: 'finish this run with `sao next`, or start another one with `sao init`',
      });
    }
    const characters = writePrompts(dir, manifest, plan);
    const estimate = estimateTokens(plan, characters);
    writeAtomic(join(dir, 'plan.md'), renderPlanMarkdown(plan, estimate));
    writePlanFile(dir, plan);
    const counts = {
      workers: workersOf(plan).length,
      coordinators: coordinatorsOf(plan).length,
      waves: plan.waves.length,
    };
    const forecast = estimate.parent;
    appendEvents(dir, [{ type: 'plan-accepted', hash: hashPlan(plan), ...counts, forecast }], now);
    return accept(estimate);
  });
}

function hashPlan(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
}

function writePrompts(dir: string, manifest: Manifest, plan: Plan): number {
  let characters = 0;
  for (const agent of plan.agents.filter(({ kind }) => kind === 'agent')) {
    const prompt = writePrompt(
      agent,
      plan,
      { dir, project: manifest.project },
      loadTemplate(templateOf(agent)),
    );
    writeAtomic(join(dir, 'prompts', `${agent.id}.md`), prompt, { durable: false });
    characters += prompt.length;
  }
  return characters;
}
