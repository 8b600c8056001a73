import { hasWorkflowTool } from '../../system/client/settings.io.ts';
import { buildDriverChosenEvent } from '../ledger/events.ts';
import type { Driver, Plan } from '../ledger/manifest.ts';
import type { ProjectConfig } from '../ledger/project-config.ts';
import { sessionOf } from '../ledger/sessions.io.ts';
import { appendEvents } from '../ledger/store.io.ts';
import { SESSION_DRIVERS, type SessionDriver } from './next.ts';
import { canTier, type Snapshot } from './standing.ts';

/** The environment and configuration for a choice of runner. */
export interface RunnerContext {
  config: ProjectConfig;
  env: Readonly<Record<string, string | undefined>>;
}

/** The runner of a run in this environment. */
export function sessionRunnerOf(
  { manifest, plan, state }: Pick<Snapshot, 'manifest' | 'plan' | 'state'>,
  { config, env }: RunnerContext,
): SessionDriver {
  return chooseDriver({
    chosen: [state.driver, manifest.driver, config.driver],
    isSession: sessionOf(env) !== undefined,
    hasWorkflow: hasWorkflowTool(env, manifest.project),
    plan,
    total: manifest.limits.total,
  });
}

/** The runners that a session could use for the run in this environment. */
export function availableRunners(
  { manifest, plan }: Pick<Snapshot, 'manifest' | 'plan'>,
  env: RunnerContext['env'],
): SessionDriver[] {
  return [
    ...(hasWorkflowTool(env, manifest.project) && canBeWorkflow(plan) ? (['workflow'] as const) : []),
    ...(plan && canTier(plan, manifest.limits.total) ? (['tiered'] as const) : []),
    'agent',
  ];
}

/** Records the user's choice and the resulting runner, because hooks read only the ledger. */
export function recordRunnerChoice(
  snapshot: Snapshot,
  choice: RunnerContext,
  { driver: wanted, budget }: { driver?: SessionDriver | undefined; budget?: number | undefined },
  now: Date,
): void {
  const { state, dir, plan } = snapshot;
  if (budget !== undefined && budget !== state.contextBudget) {
    appendEvents(dir, [{ type: 'context-budget', tokens: budget }], now);
    state.contextBudget = budget;
  }
  if (wanted !== undefined && state.driver !== wanted) {
    appendEvents(dir, [buildDriverChosenEvent(wanted)], now);
    state.driver = wanted;
    state.carrier = wanted;
  }
  const driver = sessionRunnerOf(snapshot, choice);
  if (!plan || !state.confirmed || state.carrier === driver) return;
  appendEvents(dir, [buildDriverChosenEvent(driver, 'engine')], now);
  state.carrier = driver;
}

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
