import { sumCost, sumDomains } from '../cost/cost.ts';
import type { AgentForecast, Basis } from '../ledger/agent-forecast.ts';
import type { Plan } from '../ledger/manifest.ts';

/** What one agent of a model used in earlier runs, as a mean; dollars are null where the client names none. */
export type Experience = ReadonlyMap<string, { tokens: number; usd: number | null }>;

/** An agent that nothing is known of is taken to ask its model so often … */
const TURNS = 8;
/** … to send the client's own instructions and tools each time, in tokens … */
const OPENING = 7000;
/** … and to have read or written so many tokens more by each turn. */
const GROWTH = 1500;

const NOTHING = { tokens: 0, usd: 0 };

/**
 * Foresees what a plan's agents use, each by the mean of its model, else by the assumption above. Dollars are foreseen only
 * where every model has been paid for before. Pure.
 */
export function foreseeAgents(plan: Plan, promptTokens: number, experience: Experience): AgentForecast {
  const each = TURNS * (OPENING + promptTokens + (GROWTH * (TURNS - 1)) / 2);
  // To the thousand: more digits would claim to be known.
  const assumed = { tokens: 1000 * Math.round(each / 1000), usd: null };
  const models = [...new Set(plan.agents.flatMap(({ model }) => model ?? []))];
  const isPaid = models.every((model) => typeof experience.get(model)?.usd === 'number');
  const sources = plan.agents.map(({ model, domain }) => {
    const { tokens, usd } = model === null ? NOTHING : (experience.get(model) ?? assumed);
    return { model, domain, tokens, costUsd: isPaid ? (usd ?? undefined) : undefined };
  });
  const { tokens, usd, byModel } = sumCost(sources);
  return {
    tokens: tokens ?? 0,
    usd,
    basis: basisOf(models, experience),
    byModel,
    byDomain: sumDomains(sources),
  };
}

function basisOf(models: readonly string[], experience: Experience): Basis {
  const known = models.filter((model) => experience.has(model)).length;
  if (known === models.length) return 'earlier runs';
  return known === 0 ? 'assumption' : 'earlier runs and assumption';
}
