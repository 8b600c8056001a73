import { countOf } from '../../findings/words.ts';

export function formatUsd(usd: number | null): string {
  return usd === null ? 'not known' : `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}
export function formatTokens(tokens: number | null): string {
  return tokens === null ? 'not known' : String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** What agents have cost, as far as it is known. */
export interface AgentsCost {
  /** USD, reported or assumed. */
  costUsd: number;
  /** The part that is assumed, because the client reported no usable cost. */
  assumedUsd: number;
  /** Attempts for which the client reported no usable cost and none is assumed. */
  unpriced: number;
}

export const NO_COST: AgentsCost = { costUsd: 0, assumedUsd: 0, unpriced: 0 };

/** The sum of several costs. */
export function addAgentsCosts(costs: Iterable<AgentsCost>): AgentsCost {
  return [...costs].reduce(
    (sum, { costUsd, assumedUsd, unpriced }) => ({
      costUsd: sum.costUsd + costUsd,
      assumedUsd: sum.assumedUsd + assumedUsd,
      unpriced: sum.unpriced + unpriced,
    }),
    NO_COST,
  );
}

/** What the agents of a run have cost. */
export function costOfRun(state: {
  costUsd: number;
  agents: ReadonlyMap<string, Pick<AgentsCost, 'assumedUsd' | 'unpriced'>>;
}): AgentsCost {
  const parts = [...state.agents.values()].map(({ assumedUsd, unpriced }) => ({
    costUsd: 0,
    assumedUsd,
    unpriced,
  }));
  return addAgentsCosts([{ ...NO_COST, costUsd: state.costUsd }, ...parts]);
}

/** An amount that is at least this, if attempts without a reported cost are missing in it: `$0.40`, `at least $0.40`, `cost not reported`. */
export function formatSpent({ costUsd, unpriced }: Pick<AgentsCost, 'costUsd' | 'unpriced'>): string {
  if (unpriced === 0) return `$${costUsd.toFixed(2)}`;
  return costUsd > 0 ? `at least $${costUsd.toFixed(2)}` : 'cost not reported';
}

/**
 * The cost of a run's agents and, of that, of a build's audits, of what is assumed, and of what is missing in it: `$10.57, of which $7.87 for audits, of it
 * $1.50 assumed`, `at least $0.40 (2 attempts reported no cost)`. Empty if nothing was spent.
 */
export function formatCost(cost: AgentsCost, auditUsd = 0): string {
  const { costUsd, assumedUsd, unpriced } = cost;
  if (costUsd === 0) return unpriced > 0 ? formatSpent(cost) : '';
  const audits = auditUsd > 0 ? `, of which $${auditUsd.toFixed(2)} for audits` : '';
  const assumed = assumedUsd > 0 ? `, of it $${assumedUsd.toFixed(2)} assumed` : '';
  const missing = unpriced > 0 ? ` (${countOf(unpriced, 'attempt')} reported no cost)` : '';
  return `${formatSpent(cost)}${audits}${assumed}${missing}`;
}
