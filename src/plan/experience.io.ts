import { basename, dirname } from 'node:path';
import { foldLedger } from '../run/state.ts';
import { listRunDirs, readLedger, readPlanFile } from '../run/store.io.ts';

/** Earlier runs that are looked at: enough for a mean, few enough to cost nothing. */
const RUNS = 3;

/** Tokens that one agent of each model used in the latest runs beside this one; a model that none of them used is missing. */
export function meanTokens(dir: string): Map<string, number> {
  const others = listRunDirs(dirname(dir)).filter((other) => basename(other) !== basename(dir));
  const used = others.slice(0, RUNS).flatMap(usedIn);
  const models = [...new Set(used.map(({ model }) => model))];
  return new Map(
    models.map((model) => {
      const own = used.filter((one) => one.model === model);
      return [model, own.reduce((sum, { tokens }) => sum + tokens, 0) / own.length];
    }),
  );
}

function usedIn(dir: string): { model: string; tokens: number }[] {
  const plan = readPlanFile(dir);
  if (!plan.ok || !plan.value) return [];
  const { agents } = foldLedger(readLedger(dir));
  return plan.value.agents.flatMap(({ id, model }) => {
    const { input = 0, output = 0 } = agents.get(id)?.tokens ?? {};
    return model === null || input + output === 0 ? [] : [{ model, tokens: input + output }];
  });
}
