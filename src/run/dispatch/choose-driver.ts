import type { Driver, Plan } from '../ledger/manifest.ts';
import { SESSION_DRIVERS, type SessionDriver } from './next.ts';
import { canTier } from './tier.ts';

/** All that the choice of a driver is made from. */
export interface DriverFacts {
  /** What people asked for, the most recent first: for this run, for the project, when the run was made. */
  chosen: readonly (Driver | null | undefined)[];
  isSession: boolean;
  /** Whether the client has its Workflow tool, as far as its settings say. */
  hasWorkflow: boolean;
  plan: Plan | undefined;
  /** Agents that the client runs at once. */
  total: number;
}

/**
 * Chooses the runner in a session: the chosen one, otherwise the one that costs the parent least. Outside of a session the client's tools
 * are missing, so `sao next` lists the agents one by one. Pure.
 */
export function chooseDriver({ chosen, isSession, hasWorkflow, plan, total }: DriverFacts): SessionDriver {
  const forced = chosen.find(isSessionDriver);
  const tiered: SessionDriver = plan === undefined || canTier(plan, total) ? 'tiered' : 'agent';
  const workflow: SessionDriver = canBeWorkflow(plan) ? 'workflow' : tiered;
  if (forced !== undefined) return { workflow, tiered, agent: 'agent' as const }[forced];
  if (!isSession) return 'agent';
  return hasWorkflow ? workflow : tiered;
}

/** Only the Agent tool starts an agent in a worktree of ours, and a script would have to lie in the user's own checkout. */
export function canBeWorkflow(plan: Plan | undefined): boolean {
  return !plan?.agents.some(({ tree }) => tree !== undefined);
}

function isSessionDriver(driver: Driver | null | undefined): driver is SessionDriver {
  return (SESSION_DRIVERS as readonly unknown[]).includes(driver);
}
