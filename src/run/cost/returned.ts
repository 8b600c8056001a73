import type { PlannedAgent } from '../ledger/manifest.ts';
import type { RunState } from '../ledger/state.ts';

/**
 * Characters of the agents' answers in a conversation. A headless runner returns none; the script of a workflow
 * and the coordinators of a tiered run keep their workers' lines to themselves. Pure.
 */
export function returnedToParent(agents: readonly PlannedAgent[], state: RunState): number {
  return agents.reduce((sum, { id, returns }) => {
    const own = state.agents.get(id);
    const isPaid = own?.driver === 'agent' || (isRelayed(own?.driver) && returns === 'summary');
    return sum + (own && isPaid ? own.returnedChars : 0);
  }, 0);
}

function isRelayed(driver: string | undefined): boolean {
  return driver === 'workflow' || driver === 'tiered';
}
