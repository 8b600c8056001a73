import type { ContextCost } from '../cost/context-cost.ts';
import type { Action } from './action.ts';
import type { SessionDriver } from './next.ts';
import { say } from './wording.ts';

/** Actions whose agents or summaries cost the conversation tokens. */
const DEAR: ReadonlySet<string> = new Set(['dispatch', 'retry', 'coordinate', 'workflow']);

/**
 * Above the ceiling nothing more is dispatched through the conversation: a human chooses the cheaper runner, a shell, or a
 * higher ceiling. Pure.
 */
export function holdCeiling(
  action: Action,
  cost: ContextCost | undefined,
  budget: number,
  drivers: readonly SessionDriver[],
): Action {
  if (!DEAR.has(action.action) || cost === undefined || cost.tokens < budget) return action;
  const isCheaper = action.action !== 'workflow' && drivers.includes('workflow');
  return { action: 'ask', run: action.run, message: say.ceiling(action.run, cost, budget, isCheaper) };
}
