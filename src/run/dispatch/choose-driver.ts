import type { Driver, Plan } from '../ledger/manifest.ts';
import { SESSION_DRIVERS, type SessionDriver } from './next.ts';
import { canTier } from './tier.ts';

/** The facts for choosing a runner. */
export interface DriverFacts {
  /** Choices of the user, by priority: for this run, for the project, at the creation of the run. */
  chosen: readonly (Driver | null | undefined)[];
  isSession: boolean;
  /** Whether the client has the Workflow tool, according to its settings. */
  hasWorkflow: boolean;
  plan: Plan | undefined;
  /** Number of agents that the client runs at the same time. */
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

/** Only the Agent tool can start an agent in a worktree of the run; a Workflow script would also have to be stored in the user's checkout. */
export function canBeWorkflow(plan: Plan | undefined): boolean {
  return !plan?.agents.some(({ tree }) => tree !== undefined);
}

function isSessionDriver(driver: Driver | null | undefined): driver is SessionDriver {
  return (SESSION_DRIVERS as readonly unknown[]).includes(driver);
}
