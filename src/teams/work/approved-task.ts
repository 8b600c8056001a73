import type { TaskSpec } from '../../queue/model/types.ts';
import { hashPlan } from '../../queue/plan/hash-plan.ts';
import type { Idea, QueueState } from '../../queue/state/state.ts';
import { workTexts } from './wording.ts';

/** What a leader may change after the approval. */
const CHANGEABLE = ['priority', 'team', 'model', 'after'] as const;

/**
 * Why a task must not be started: it starts an agent and a test command of the plan, so it has to be the one that a human approved. Undefined if it
 * is. `findFault`: says why the approval of an idea does not count.
 */
export function findTaskFault(
  state: QueueState,
  spec: TaskSpec,
  findFault: (idea: Idea) => string | undefined,
): string | undefined {
  const idea = state.ideas.get(spec.idea);
  const { plan, approval } = idea ?? {};
  if (!idea || !plan || !approval || hashPlan(plan) !== approval.hash)
    return workTexts.notApproved(spec.idea);
  const planned = plan.tasks.find(({ id }) => id === spec.id);
  if (!planned || fixedPart(planned) !== fixedPart(spec)) return workTexts.taskChanged(spec.id);
  const fault = findFault(idea);
  return fault === undefined ? undefined : workTexts.notProved(spec.idea, fault);
}

/** The parts of a task that only its plan may set, as text. */
function fixedPart(spec: TaskSpec): string {
  const changeable: readonly string[] = CHANGEABLE;
  return JSON.stringify(Object.entries(spec).filter(([key]) => !changeable.includes(key)));
}
