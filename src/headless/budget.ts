import { ASSUMED_USD } from '../run/cost/price-agents.ts';
import { type Snapshot, stateOf } from '../run/dispatch/standing.ts';
import type { Model, PlannedAgent } from '../run/ledger/manifest.ts';
import type { AttemptOutcome } from './outcome.ts';

/** What one agent may cost at most, as a multiple of its estimate. */
const CAP_FACTOR = 2;

/** The money of a run, in USD. */
export interface Money {
  /** The bound of `--max-cost`. */
  bound: number;
  /** What ended attempts cost. */
  spent: number;
  /** The caps of running attempts. */
  reserved: readonly number[];
}

/** The estimated cost of an agent in USD: the mean of its model's ended attempts, else an assumption. */
export function estimateUsd(model: Model | null, costs: readonly number[]): number {
  const known = costs.filter((usd) => usd > 0);
  if (known.length > 0) return known.reduce((sum, usd) => sum + usd, 0) / known.length;
  return ASSUMED_USD[model ?? 'sonnet'];
}

/**
 * Reserves money for one more agent. Returns the most that it may cost, in USD; undefined if what is left does not cover its estimate. As the caps
 * of running agents are reserved, all together never pass the bound. A run that has spent nothing may use a bound below one estimate. Pure.
 */
export function reserveUsd({ bound, spent, reserved }: Money, estimate: number): number | undefined {
  const free = bound - reserved.reduce((sum, cap) => sum + cap, spent);
  const isFirst = spent === 0 && reserved.length === 0;
  if (free <= 0 || (free < estimate && !isFirst)) return undefined;
  return Math.min(free, CAP_FACTOR * estimate);
}

/** Holds the cost of a run within `--max-cost` (USD); without a bound every agent may start. */
export class CostBudget {
  private readonly bound: number | undefined;
  private readonly spentElsewhere: number;
  /** USD that running attempts may cost. */
  private readonly caps = new Map<string, number>();

  /** `spentElsewhere`: what other runs under the same bound have spent. */
  constructor(bound: number | undefined, spentElsewhere = 0) {
    this.bound = bound;
    this.spentElsewhere = spentElsewhere;
  }

  /** The agents whose estimated cost the rest of the bound covers; what each may cost is reserved. */
  reserve(snapshot: Snapshot, agents: readonly PlannedAgent[]): PlannedAgent[] {
    const { bound } = this;
    if (bound === undefined) return [...agents];
    const spent = this.spentOf(snapshot);
    return agents.filter((agent) => {
      if (agent.kind !== 'agent') return true;
      const money = { bound, spent, reserved: [...this.caps.values()] };
      const cap = reserveUsd(money, estimateUsd(agent.model, costsOf(snapshot, agent.model)));
      if (cap !== undefined) this.caps.set(agent.id, cap);
      return cap !== undefined;
    });
  }

  /** What all runs under the bound have spent, in USD. */
  spentOf({ state }: Snapshot): number {
    return state.costUsd + this.spentElsewhere;
  }

  /** The most that a running agent may cost; undefined without a bound. */
  capOf(id: string): number | undefined {
    return this.caps.get(id);
  }

  /** Ends a reservation. If the client reports no usable cost, its whole cap counts, so that the sum never says too little. */
  settle(id: string, outcome: AttemptOutcome): AttemptOutcome {
    const cap = this.caps.get(id);
    this.caps.delete(id);
    if (cap === undefined || outcome.spent?.costUsd !== undefined || outcome.isHopeless) return outcome;
    const none = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
    return { ...outcome, spent: { ...none, ...outcome.spent, costUsd: cap, isEstimate: true } };
  }
}

/** The mean reported cost of an attempt of each of a model's agents; caps that were assumed tell nothing of the model. */
function costsOf(snapshot: Snapshot, wanted: Model | null): number[] {
  const own = (snapshot.plan?.agents ?? []).filter(({ model }) => model === wanted);
  return own.map(({ id }) => {
    const { costUsd, assumedUsd, attempts } = stateOf(snapshot, id);
    return (costUsd - assumedUsd) / Math.max(1, attempts);
  });
}
