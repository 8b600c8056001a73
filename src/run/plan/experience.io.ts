import { basename, dirname } from 'node:path';
import { readRunState } from '../ledger/run-state.io.ts';
import { listRunDirs, readPlanFile } from '../ledger/store.io.ts';
import { type AgentUse, learnUse } from './experience.ts';
import type { Experience } from './forecast-agents.ts';

/** Maximum number of earlier runs that are learned from: enough for a mean, few enough to be fast. */
const RUNS = 3;
/** Maximum number of earlier runs that are read to find these. */
const MAX_READ = 12;

/** Mean use of one agent of each model in the latest other runs with done agents; a model of which too little is known is missing. */
export function meanUse(dir: string): Experience {
  const others = listRunDirs(dirname(dir)).filter((other) => basename(other) !== basename(dir));
  const used: AgentUse[] = [];
  let found = 0;
  for (const other of others.slice(0, MAX_READ)) {
    const own = usedIn(other);
    used.push(...own);
    if (own.some(({ isDone }) => isDone)) found += 1;
    if (found === RUNS) break;
  }
  return learnUse(used);
}

function usedIn(dir: string): AgentUse[] {
  const { agents } = readRunState(dir);
  // Skip runs without recorded use, which are most runs, before reading their plans.
  if (![...agents.values()].some(({ tokens }) => tokens.input + tokens.output > 0)) return [];
  const plan = readPlanFile(dir);
  if (!plan.ok || !plan.value) return [];
  return plan.value.agents.flatMap(({ id, model }): AgentUse[] => {
    const agent = agents.get(id);
    if (model === null || agent === undefined) return [];
    const { tokens, costUsd, assumedUsd, unpriced, last, gap } = agent;
    const usd = assumedUsd > 0 || unpriced > 0 ? null : costUsd;
    const isDone = last?.verdict === 'done' && gap === undefined;
    return [{ model, tokens: tokens.input + tokens.output, usd, isDone }];
  });
}
