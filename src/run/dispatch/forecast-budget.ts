import { type Diagnostic, warn } from '../../system/result.ts';
import type { SessionDriver } from './next.ts';

/** What a plan was thought to cost the conversation, and what that may spend. */
export interface BudgetFacts {
  run: string;
  /** The driver that `sao next` would choose. */
  driver: SessionDriver;
  /** Drivers that can carry the plan out here. */
  possible: readonly SessionDriver[];
  /** Tokens in the conversation, by driver. */
  parent: Readonly<Record<SessionDriver, number>>;
  /** Tokens. */
  budget: number;
}

/** A warning where the plan would pass the ceiling in the middle of the run, with the cheaper way. Pure. */
export function foreseeBudget({ run, driver, possible, parent, budget }: BudgetFacts): Diagnostic[] {
  if (parent[driver] <= budget) return [];
  const [cheapest = driver] = possible.toSorted((a, b) => parent[a] - parent[b]);
  const isCheaper = parent[cheapest] < parent[driver];
  const message = `with the driver ${driver} this conversation would pay about ${parent[driver]} tokens; its ceiling is ${budget}`;
  const fix = isCheaper
    ? `\`sao next ${run} --driver ${cheapest}\`: about ${parent[cheapest]}`
    : `\`sao run ${run} --driver claude\` in a shell: nothing here`;
  return [warn('plan-over-budget', message, { target: run, fix })];
}
