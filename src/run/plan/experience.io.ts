import { basename, dirname } from 'node:path';
import { readRunState } from '../ledger/run-state.io.ts';
import { listRunDirs, readPlanFile } from '../ledger/store.io.ts';
import type { Experience } from './forecast-agents.ts';

/** Maximum number of earlier runs that are read: enough for a mean, few enough to be fast. */
const RUNS = 3;

/** Mean use of one agent of each model in the latest other runs; a model without use is missing. */
export function meanUse(dir: string): Experience {
  const others = listRunDirs(dirname(dir)).filter((other) => basename(other) !== basename(dir));
  const used = others.slice(0, RUNS).flatMap(usedIn);
  const models = [...new Set(used.map(({ model }) => model))];
  return new Map(
    models.map((model) => {
      const own = used.filter((one) => one.model === model);
      const paid = own.flatMap(({ usd }) => (usd > 0 ? [usd] : []));
      const tokens = Math.round(meanOf(own.map((one) => one.tokens)));
      return [model, { tokens, usd: paid.length === 0 ? null : meanOf(paid) }];
    }),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function usedIn(dir: string): { model: string; tokens: number; usd: number }[] {
  const { agents } = readRunState(dir);
  // Skip runs without recorded use, which are most runs, before reading their plans.
  if (![...agents.values()].some(({ tokens }) => tokens.input + tokens.output > 0)) return [];
  const plan = readPlanFile(dir);
  if (!plan.ok || !plan.value) return [];
  return plan.value.agents.flatMap(({ id, model }) => {
    const { tokens: { input, output } = { input: 0, output: 0 }, costUsd: usd = 0 } = agents.get(id) ?? {};
    return model === null || input + output === 0 ? [] : [{ model, tokens: input + output, usd }];
  });
}
