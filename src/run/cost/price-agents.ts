import type { Model, Plan } from '../ledger/manifest.ts';

/** USD of one agent of a model without experience: an assumption, about 100,000 tokens, most of them read from the cache. */
export const ASSUMED_USD: Readonly<Record<Model, number>> = {
  haiku: 0.05,
  sonnet: 0.15,
  opus: 0.25,
  fable: 0.5,
};

/** USD of one agent of a model below which no mean of earlier runs is believed: half of the assumption, 0 for an unknown model. */
export function leastBelievedUsd(model: string): number {
  return (Object.hasOwn(ASSUMED_USD, model) ? ASSUMED_USD[model as Model] : 0) / 2;
}

/** What the agents of a plan are expected to cost, in USD. */
export interface PlanPrice {
  usd: number;
  /** Whether the price of at least one model is an assumption, or the least that is believed, not a mean of earlier runs. */
  isAssumed: boolean;
  /** The most expensive model first. */
  byModel: { model: Model; agents: number; usd: number }[];
}

/** Prices a plan's agents by the mean cost of their models in earlier runs (USD), else by the assumption. Pure. */
export function priceAgents(plan: Plan, experience: ReadonlyMap<string, { usd: number | null }>): PlanPrice {
  const models = [...new Set(plan.agents.flatMap(({ model }) => model ?? []))];
  const priced = models.map((model) => {
    const agents = plan.agents.filter((agent) => agent.model === model).length;
    const known = experience.get(model)?.usd ?? null;
    return {
      model,
      agents,
      usd: agents * (known ?? ASSUMED_USD[model]),
      isAssumed: known === null || known <= leastBelievedUsd(model),
    };
  });
  return {
    usd: priced.reduce((sum, { usd }) => sum + usd, 0),
    isAssumed: priced.some(({ isAssumed }) => isAssumed),
    byModel: priced
      .map(({ model, agents, usd }) => ({ model, agents, usd }))
      .sort((a, b) => b.usd - a.usd || (a.model < b.model ? -1 : 1)),
  };
}

/** Formats a price in one line: `$2.40 (12 sonnet $1.80, 12 haiku $0.60; assumed)`. */
export function formatPrice({ usd, isAssumed, byModel }: PlanPrice): string {
  const models = byModel.map(({ model, agents, usd: part }) => `${agents} ${model} $${part.toFixed(2)}`);
  return `$${usd.toFixed(2)} (${models.join(', ')}${isAssumed ? '; assumed' : ''})`;
}
