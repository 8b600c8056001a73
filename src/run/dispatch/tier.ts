import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import type { RunState } from '../ledger/state.ts';

/** Maximum number of domains: more coordinators would leave too little of the client's limit of agents for their workers. */
const MAX_TIERED_DOMAINS = 8;

/**
 * Returns whether each domain's coordinator can dispatch its own workers. This requires that no command has to run after an agent, since
 * only the user's own session may start commands, and that `total` agents at a time are at least twice the coordinators. Pure.
 */
export function canTier(plan: Plan, total: number): boolean {
  const coordinators = plan.agents.filter((agent) => isTop(plan, agent));
  const byModel = new Set(plan.agents.filter(({ kind }) => kind === 'agent').map(({ id }) => id));
  const isLateCommand = ({ kind, after }: PlannedAgent) =>
    kind === 'command' && after.some((id) => byModel.has(id));
  return (
    coordinators.length <= Math.min(MAX_TIERED_DOMAINS, Math.floor(total / 2)) &&
    !plan.agents.some(isLateCommand)
  );
}

/** Returns whether an agent is the coordinator of a whole domain and is run by a model. */
function isTop(plan: Plan, { id, kind }: PlannedAgent): boolean {
  return kind === 'agent' && plan.domains.some((domain) => id === `coord-${domain.id}`);
}

/** Returns whether an agent dispatches its domain's workers in this run. */
export function isDispatcher(plan: Plan, state: RunState, agent: PlannedAgent): boolean {
  return state.carrier === 'tiered' && isTop(plan, agent);
}

export function dispatchersOf(plan: Plan, state: RunState): PlannedAgent[] {
  return plan.agents.filter((agent) => isDispatcher(plan, state, agent));
}

/** The agents that a domain's coordinator dispatches: its workers and sub-coordinators. */
export function membersOf(plan: Plan, coordinator: PlannedAgent): PlannedAgent[] {
  return plan.agents.filter(({ id, domain }) => domain === coordinator.domain && id !== coordinator.id);
}
