import { leastBelievedUsd } from '../cost/price-agents.ts';
import { type Experience, OPENING_TOKENS } from './forecast-agents.ts';

/** What one agent of an earlier run used, with all its attempts. */
export interface AgentUse {
  model: string;
  /** 0 if none were reported. */
  tokens: number;
  /** Null if the client did not report the cost of each attempt. */
  usd: number | null;
  /** Whether its last attempt gave a valid output. */
  isDone: boolean;
}

/** Number of done agents of a model without which nothing is learned about it. */
const MIN_DONE = 3;

/**
 * The mean use of done agents by model, from several of them on: a gap, and a report of nearly nothing, must not make a plan look cheap. A mean is at
 * least half of the assumed price, and the tokens of one request. Pure.
 */
export function learnUse(used: readonly AgentUse[]): Experience {
  const counted = used.filter(({ isDone, tokens }) => isDone && tokens > 0);
  const models = [...new Set(counted.map(({ model }) => model))];
  return new Map(
    models.flatMap((model) => {
      const own = counted.filter((one) => one.model === model);
      if (own.length < MIN_DONE) return [];
      const paid = own.flatMap(({ usd }) => (usd !== null && usd > 0 ? [usd] : []));
      const tokens = Math.max(OPENING_TOKENS, Math.round(meanOf(own.map((one) => one.tokens))));
      const usd = paid.length < MIN_DONE ? null : Math.max(leastBelievedUsd(model), meanOf(paid));
      return [[model, { tokens, usd }] as const];
    }),
  );
}

/** Rounded to millionths, to avoid means such as 0.7000000000000001. */
function meanOf(values: readonly number[]): number {
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1e6) / 1e6;
}
