import type { ContextCost } from '../cost/context-cost.ts';
import type { Action } from './action.ts';
import type { SessionDriver } from './next.ts';
import { nextActionTexts } from './wording.ts';

/** Actions whose agents or summaries cost the conversation tokens. */
const COSTLY_ACTIONS: ReadonlySet<string> = new Set(['dispatch', 'retry', 'coordinate', 'workflow']);

/**
 * Replaces a dispatch by a question if the run has used more tokens of the conversation than its budget: a human chooses a cheaper runner,
 * a shell, or a higher budget. Pure.
 */
export function holdCeiling(
  action: Action,
  cost: ContextCost | undefined,
  budget: number,
  drivers: readonly SessionDriver[],
): Action {
  if (!COSTLY_ACTIONS.has(action.action) || cost === undefined || cost.tokens < budget) return action;
  const isCheaper = action.action !== 'workflow' && drivers.includes('workflow');
  return {
    action: 'ask',
    run: action.run,
    message: nextActionTexts.ceiling(action.run, cost, budget, isCheaper),
  };
}
