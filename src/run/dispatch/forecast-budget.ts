import { type Diagnostic, warn } from '../../system/result.ts';
import type { SessionDriver } from './next.ts';

/** The forecast cost of a plan for the conversation, and its budget. */
export interface BudgetFacts {
  run: string;
  /** The runner that `sao next` would choose. */
  driver: SessionDriver;
  /** Runners that can run the plan here. */
  possible: readonly SessionDriver[];
  /** Tokens in the conversation, by driver. */
  parent: Readonly<Record<SessionDriver, number>>;
  /** Tokens. */
  budget: number;
}

/** Returns a warning if the forecast exceeds the budget, with the cheaper runner. Pure. */
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
