import { sumCost, sumDomains } from '../cost/cost.ts';
import type { AgentForecast, ForecastBasis } from '../ledger/agent-forecast.ts';
import type { Plan } from '../ledger/manifest.ts';

/** Mean use of one agent of a model in earlier runs; dollars are null if the client reports none. */
export type Experience = ReadonlyMap<string, { tokens: number; usd: number | null }>;

/** Assumed number of model requests of an agent without experience. */
const TURNS = 8;
/** Assumed tokens of the client's instructions and tools, sent with each request. */
export const OPENING_TOKENS = 7000;
/** Assumed tokens that each turn adds to the conversation. */
const GROWTH = 1500;

const NOTHING = { tokens: 0, usd: 0 };

/**
 * Forecasts the use of a plan's agents by the mean of the model or, without experience, by the assumptions above. Dollars are forecast only
 * if the earlier cost of every model is known. Pure.
 */
export function foreseeAgents(plan: Plan, promptTokens: number, experience: Experience): AgentForecast {
  const each = TURNS * (OPENING_TOKENS + promptTokens + (GROWTH * (TURNS - 1)) / 2);
  // Round to thousands, because the forecast is not more precise.
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

function basisOf(models: readonly string[], experience: Experience): ForecastBasis {
  const known = models.filter((model) => experience.has(model)).length;
  if (known === models.length) return 'earlier runs';
  return known === 0 ? 'assumption' : 'earlier runs and assumption';
}
