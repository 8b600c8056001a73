import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { fillFolder } from '../../system/files/folder.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { buildPlanAcceptedEvent } from '../ledger/events.ts';
import { coordinatorsOf, type Manifest, type Plan, workersOf } from '../ledger/manifest.ts';
import { decideOnLockedState } from '../ledger/run-state.io.ts';
import { hashText, replacePlan } from '../ledger/store.io.ts';
import { loadTemplate } from '../prompt/templates.io.ts';
import { indexById, templateOf, writePrompt } from '../prompt/write-prompt.ts';
import { type Estimate, estimateTokens } from './estimate.ts';
import { meanUse } from './experience.io.ts';
import { renderPlanMarkdown } from './table.ts';

/** Accepts a plan for a run: writes prompts, table and plan, then records the event. Replaces an earlier plan. */
export function acceptPlan(dir: string, manifest: Manifest, given: Plan, now: Date): Result<Estimate> {
  return decideOnLockedState(dir, ({ dispatchedAny }) => {
    if (dispatchedAny) {
      return reject({
        code: 'plan-in-use',
        message: `run ${manifest.id} has dispatched agents already, so its plan cannot change`,
        target: manifest.id,
        fix: 'finish this run with `sao next`, or start another one with `sao init`',
      });
    }
    const prompts = writePrompts(dir, manifest, given);
    const plan = withHashes(given, prompts);
    const characters = [...prompts.values()].reduce((sum, prompt) => sum + prompt.length, 0);
    const estimate = estimateTokens(plan, characters, meanUse(dir));
    // For people: if a crash of the machine loses it, nothing else is lost.
    writeAtomic(join(dir, 'plan.md'), renderPlanMarkdown(plan, estimate), { durable: false });
    const counts = {
      workers: workersOf(plan).length,
      coordinators: coordinatorsOf(plan).length,
      waves: plan.waves.length,
    };
    const forecast = estimate.parent;
    const { agents } = estimate;
    replacePlan(dir, plan, (hash) => [buildPlanAcceptedEvent({ hash, ...counts, forecast, agents })], now);
    return accept(estimate);
  });
}

/** The plan with the hash of each agent's prompt: the plan's own hash then covers what the agents are told. */
function withHashes(plan: Plan, prompts: ReadonlyMap<string, string>): Plan {
  const agents = plan.agents.map((agent) => {
    const prompt = prompts.get(agent.id);
    return prompt === undefined ? agent : { ...agent, promptHash: hashText(prompt) };
  });
  return { ...plan, agents };
}

/** Writes the prompt files. Returns the prompts by agent. */
function writePrompts(dir: string, manifest: Manifest, plan: Plan): Map<string, string> {
  const place = { dir, project: manifest.project };
  const agentsById = indexById(plan);
  const prompts = plan.agents
    .filter(({ kind }) => kind === 'agent')
    .map((agent) => {
      const template = loadTemplate(templateOf(agent));
      return [agent.id, writePrompt(agent, plan, agentsById, place, template)] as const;
    });
  fillFolder(join(dir, 'prompts'), new Map(prompts.map(([id, prompt]) => [`${id}.md`, prompt])));
  return new Map(prompts);
}
