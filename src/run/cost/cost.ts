import type { AgentForecast, DomainCost, ModelCost } from '../ledger/agent-forecast.ts';

/** The use of agents; null, not 0, if no figures were reported. */
export interface Cost {
  usd: number | null;
  tokens: number | null;
  /** The most expensive model first; `model` is null for command workers. */
  byModel: ModelCost[];
  /** In the order of the plan. */
  byDomain?: DomainCost[];
  /** The part of `usd` that is assumed; missing if there is none. */
  assumedUsd?: number;
  /** Number of attempts whose cost is missing in the sums; missing if there is none. */
  unpriced?: number;
  /** The forecast at the time of planning. */
  forecast?: AgentForecast;
}

export interface CostSource {
  model: string | null;
  costUsd?: number | undefined;
  tokens?: number | undefined;
}

/** Adds up a run's costs. */
export function sumCost(sources: readonly CostSource[]): Cost {
  const models = [...new Set(sources.map((source) => source.model))];
  const byModel = models.map((model) => {
    const own = sources.filter((source) => source.model === model);
    return { model, agents: own.length, ...sumUse(own) };
  });
  return { ...sumUse(sources), byModel: byModel.sort(compareCost) };
}

export function sumDomains(sources: readonly (CostSource & { domain: string })[]): DomainCost[] {
  return [...new Set(sources.map(({ domain }) => domain))].map((domain) => {
    const own = sources.filter((source) => source.domain === domain);
    return { domain, agents: own.length, ...sumUse(own) };
  });
}

function sumUse(sources: readonly CostSource[]): { usd: number | null; tokens: number | null } {
  // Commands use no model, so their use is 0, not unknown.
  if (sources.length > 0 && sources.every(({ model }) => model === null)) return { usd: 0, tokens: 0 };
  return { usd: sum(sources.map((s) => s.costUsd)), tokens: sum(sources.map((s) => s.tokens)) };
}

// Round to millionths of a dollar, to avoid sums such as 0.30000000000000004.
function sum(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return null;
  return Math.round(known.reduce((a, b) => a + b, 0) * 1e6) / 1e6;
}

function compareCost(a: ModelCost, b: ModelCost): number {
  return (
    (b.usd ?? -1) - (a.usd ?? -1) ||
    (b.tokens ?? -1) - (a.tokens ?? -1) ||
    ((a.model ?? '\uffff') < (b.model ?? '\uffff') ? -1 : 1)
  );
}
