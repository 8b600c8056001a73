import type { IdeaPlan, TaskSpec } from '../model/types.ts';
import { hashPlan } from '../plan/hash-plan.ts';
import type { Idea, QueueState } from '../state/state.ts';
import { queueTexts } from '../wording.ts';

/** What a leader may change after the approval. */
const CHANGEABLE = ['priority', 'team', 'model', 'after'] as const;

/** Says why the approval of an idea does not count, by the keys of this machine. */
export type FindIdeaFault = (idea: Idea) => string | undefined;

/**
 * Returns a check that says why a task must not be handed out or started: it names a test command and an agent's work, so it has to be the one that a
 * human approved. Undefined if it is. Each idea is checked once.
 */
export function openTaskCheck(
  state: QueueState,
  findIdeaFault: FindIdeaFault,
): (spec: TaskSpec) => string | undefined {
  const faults = new Map<string, string | undefined>();
  return (spec) => {
    const fault = findTaskChange(state, spec);
    if (fault !== undefined) return fault;
    const idea = state.ideas.get(spec.idea) as Idea;
    if (!faults.has(idea.id)) faults.set(idea.id, findIdeaFault(idea));
    const reason = faults.get(idea.id);
    return reason === undefined ? undefined : queueTexts.notProved(idea.id, reason);
  };
}

/** Why a task is not the one of the plan that was approved. The proof of the approval is not looked at. */
function findTaskChange(state: QueueState, spec: TaskSpec): string | undefined {
  const { plan, approval } = state.ideas.get(spec.idea) ?? {};
  if (!plan || !approval) return queueTexts.notApproved(spec.idea);
  const planned = indexPlan(plan);
  if (planned.hash !== approval.hash) return queueTexts.notApproved(spec.idea);
  return planned.tasks.get(spec.id) === fixedPart(spec) ? undefined : queueTexts.taskChanged(spec.id);
}

interface PlanIndex {
  hash: string;
  /** The fixed part of each task, by its id. */
  tasks: Map<string, string>;
}

/** A plan of thousands of tasks is hashed once for all claims of an executor. */
const indexes = new WeakMap<IdeaPlan, PlanIndex>();

function indexPlan(plan: IdeaPlan): PlanIndex {
  const known = indexes.get(plan);
  if (known) return known;
  const index = {
    hash: hashPlan(plan),
    tasks: new Map(plan.tasks.map((task) => [task.id, fixedPart(task)])),
  };
  indexes.set(plan, index);
  return index;
}

/** The parts of a task that only its plan may set, as text. */
function fixedPart(spec: TaskSpec): string {
  const changeable: readonly string[] = CHANGEABLE;
  return JSON.stringify(Object.entries(spec).filter(([key]) => !changeable.includes(key)));
}
