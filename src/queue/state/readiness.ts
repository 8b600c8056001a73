import type { Phase } from '../model/types.ts';
import { type Idea, isEnd, type QueueState, type Task, type TaskState } from './state.ts';

/** What a human sees of a task: `queued` in three forms, which are computed and never stored. */
export type ShownState = Exclude<TaskState, 'queued'> | 'waiting' | 'ready' | 'stuck';

/** Answers questions about readiness for one state; it must be made anew after each batch. */
export interface Readiness {
  of(task: Task): ShownState;
  /** What a waiting or stuck task waits for, for humans; empty if it is ready. */
  reasonOf(task: Task): string;
}

export function openReadiness(state: QueueState): Readiness {
  // By idea, then by phase: a key made of both would be built for each of thousands of tasks.
  const guards = new Map<string, Map<string, string | undefined>>();
  const phaseGuard = ({ spec: { idea, phase } }: Task) => {
    const known = guards.get(idea) ?? new Map<string, string | undefined>();
    if (known.size === 0) guards.set(idea, known);
    if (!known.has(phase)) known.set(phase, findPhaseGuard(state, idea, phase));
    return known.get(phase);
  };
  return {
    of(task) {
      if (task.state !== 'queued') return task.state;
      const waits = findOpenDependency(state, task);
      if (waits?.isLost) return 'stuck';
      return waits || phaseGuard(task) !== undefined ? 'waiting' : 'ready';
    },
    reasonOf(task) {
      if (task.state !== 'queued') return '';
      const waits = findOpenDependency(state, task);
      return waits ? waits.text : (phaseGuard(task) ?? '');
    },
  };
}

/** The dependency that keeps a task from being ready: a lost one first, since with it the task never becomes ready without a retry. */
function findOpenDependency(state: QueueState, task: Task): { isLost: boolean; text: string } | undefined {
  let open: string | undefined;
  for (const id of task.spec.after) {
    const found = state.tasks.get(id);
    if (found === undefined) return { isLost: true, text: `its dependency ${id} does not exist` };
    if (found.state === 'dead' || found.state === 'cancelled')
      return { isLost: true, text: `its dependency ${id} is ${found.state}` };
    if (found.state !== 'done') open ??= id;
  }
  return open === undefined ? undefined : { isLost: false, text: `waits for ${open}` };
}

/**
 * Why a phase is closed; undefined if it is open. A sequential phase waits for all earlier ones, and all later ones wait for it. A
 * phase whose integration needs a human's approval keeps later phases closed until it has one.
 */
function findPhaseGuard(state: QueueState, ideaId: string, phaseId: string): string | undefined {
  const idea = state.ideas.get(ideaId);
  const index = idea?.phases.findIndex(({ id }) => id === phaseId) ?? -1;
  const phase = idea?.phases[index];
  if (!idea || !phase) return undefined;
  for (const earlier of idea.phases.slice(0, index)) {
    if ((phase.mode === 'sequential' || earlier.mode === 'sequential') && isPhaseOpen(idea, earlier))
      return `phase ${earlier.id} has open tasks`;
    if (needsApproval(idea, earlier))
      return `the integration of phase ${earlier.id} waits for a human's approval`;
  }
  return undefined;
}

const isPhaseOpen = (idea: Idea, { id }: Phase): boolean => (idea.openIn.get(id) ?? 0) > 0;

/** Whether the integration of a phase needs a human's approval that was not given yet. Open tasks are not looked at. */
export function needsApproval(idea: Idea, phase: Phase): boolean {
  return phase.integration?.approval === 'human' && !idea.approvedPhases.includes(phase.id);
}

/** Ids of the tasks that the end of this one has made ready. Call it after the batch was applied. */
export function findUnblocked(state: QueueState, taskId: string): string[] {
  const task = state.tasks.get(taskId);
  if (!task || !isEnd(task.state)) return [];
  const readiness = openReadiness(state);
  return task.dependants.filter((id) => {
    const dependant = state.tasks.get(id);
    return dependant !== undefined && readiness.of(dependant) === 'ready';
  });
}
