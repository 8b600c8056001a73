import { hasWorkflowTool } from '../ledger/client-settings.io.ts';
import type { ProjectConfig } from '../ledger/project-config.ts';
import { buildDriverChosenEvent } from '../ledger/run-events.ts';
import { sessionOf } from '../ledger/sessions.io.ts';
import { appendEvents } from '../ledger/store.io.ts';
import { canBeWorkflow, chooseDriver } from './choose-driver.ts';
import type { SessionDriver } from './next.ts';
import type { Snapshot } from './standing.ts';
import { canTier } from './tier.ts';

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
