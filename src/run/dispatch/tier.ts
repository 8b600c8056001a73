import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import type { RunState } from '../ledger/state.ts';

/** More coordinators at once would leave too little of the client's limit for their workers. */
const MOST_DOMAINS = 8;

/**
 * Whether each domain's coordinator can dispatch its own workers: no command has to run in the middle, since only the person's
 * own session may start one, and the client has room for the coordinators and at least as many workers. Pure.
 */
export function canTier(plan: Plan, total: number): boolean {
  const coordinators = plan.agents.filter((agent) => isTop(plan, agent));
  const byModel = new Set(plan.agents.filter(({ kind }) => kind === 'agent').map(({ id }) => id));
  const isLateCommand = ({ kind, after }: PlannedAgent) =>
    kind === 'command' && after.some((id) => byModel.has(id));
  return (
    coordinators.length <= Math.min(MOST_DOMAINS, Math.floor(total / 2)) && !plan.agents.some(isLateCommand)
  );
}

/** The coordinator of a whole domain, where a model carries it out. */
function isTop(plan: Plan, { id, kind }: PlannedAgent): boolean {
  return kind === 'agent' && plan.domains.some((domain) => id === `coord-${domain.id}`);
}

/** Whether an agent dispatches its domain's workers itself in this run. */
export function isDispatcher(plan: Plan, state: RunState, agent: PlannedAgent): boolean {
  return state.carrier === 'tiered' && isTop(plan, agent);
}

export function dispatchersOf(plan: Plan, state: RunState): PlannedAgent[] {
  return plan.agents.filter((agent) => isDispatcher(plan, state, agent));
}

/** Those that a domain's coordinator dispatches: its workers, and coordinators below it. */
export function membersOf(plan: Plan, coordinator: PlannedAgent): PlannedAgent[] {
  return plan.agents.filter(({ id, domain }) => domain === coordinator.domain && id !== coordinator.id);
}
