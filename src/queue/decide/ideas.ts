import { accept, type Result, reject } from '../../system/result.ts';
import type { QueueEvent, Sealed } from '../model/queue-event.ts';
import type { IdeaPlan } from '../model/types.ts';
import { hashPlan } from '../plan/hash-plan.ts';
import { needsApproval } from '../state/readiness.ts';
import type { Idea, IdeaState, QueueState } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import { refuseRole } from './rights.ts';
import { readText, readTitle } from './texts.ts';
import { answerOnly, type QueueDecision, type QueueView } from './view.ts';

export function decideCreate(
  { state, caller }: QueueView,
  given: { title: string; body: string },
): Result<QueueDecision<{ idea: string }>> {
  const forbidden = refuseRole(caller, 'idea create', 'leader');
  if (forbidden) return reject(forbidden);
  const title = readTitle(given.title);
  if (!title.ok) return title;
  const body = readText(given.body, 'body');
  if (!body.ok) return body;
  const idea = `i${state.ideas.size + 1}`;
  const event = { type: 'idea-created', idea, title: title.value, body: body.value, by: caller.by } as const;
  return accept({ events: [event], answer: () => ({ idea }) });
}

/** Finds an idea that is in one of these states. */
export function findIdea(state: QueueState, id: string, states: readonly IdeaState[]): Result<Idea> {
  const idea = state.ideas.get(id);
  if (!idea) return reject(queueProblems.unknown('idea', id, 'sao idea list'));
  if (states.includes(idea.state)) return accept(idea);
  const next = `sao idea show ${id}`;
  return reject(queueProblems.wrongState('idea', id, idea.state, states.join(' or '), next));
}

/** Records a plan that passed the lint. A plan that replaces an approved one needs an approval of its own. */
export function decidePlan(
  { state, caller }: QueueView,
  id: string,
  plan: IdeaPlan,
): Result<QueueDecision<{ idea: string; hash: string }>> {
  const forbidden = refuseRole(caller, 'idea plan', 'leader');
  if (forbidden) return reject(forbidden);
  const idea = findIdea(state, id, ['draft', 'planned', 'approved']);
  if (!idea.ok) return idea;
  const hash = hashPlan(plan);
  const answer = () => ({ idea: id, hash });
  if (idea.value.planHash === hash) return accept({ events: [], answer });
  return accept({ events: [{ type: 'idea-planned', idea: id, plan, hash, by: caller.by }], answer });
}

export function decideApprove(
  { state, caller }: QueueView,
  id: string,
  hash: string,
  proof: Sealed,
): Result<QueueDecision<{ idea: string; hash: string }>> {
  const forbidden = refuseRole(caller, 'idea approve', 'owner');
  if (forbidden) return reject(forbidden);
  const idea = findIdea(state, id, ['planned', 'approved']);
  if (!idea.ok) return idea;
  if (idea.value.planHash !== hash) return reject(queueProblems.changedPlan(id, `sao idea show ${id}`));
  return accept({
    events: [{ type: 'idea-approved', idea: id, hash, by: caller.by, ...proof }],
    answer: () => ({ idea: id, hash }),
  });
}

/** The hash of what a human approves at the end of a phase: its tasks with the commits that they delivered. */
export function hashPhase(state: QueueState, idea: Idea, phase: string): string {
  const tasks = idea.tasks.flatMap((id) => {
    const task = state.tasks.get(id);
    return task?.spec.phase === phase ? [[id, task.state, task.evidence?.commit ?? '']] : [];
  });
  return hashPlan({ idea: idea.id, phase, tasks });
}

/** Finds a phase that waits for a human's approval: all its tasks have ended. */
export function findWaitingPhase(state: QueueState, id: string, phase: string): Result<Idea> {
  const idea = findIdea(state, id, ['executing', 'done']);
  if (!idea.ok) return idea;
  const found = idea.value.phases.find((each) => each.id === phase);
  if (!found) return reject(queueProblems.unknown('phase', phase, `sao idea show ${id}`));
  const open = idea.value.openIn.get(phase) ?? 0;
  if (open > 0 || !needsApproval(idea.value, found))
    return reject(
      queueProblems.wrongState(
        'phase',
        phase,
        open > 0 ? `open, with ${open} tasks` : 'not waiting for an approval',
        'a phase that has ended and demands an approval',
        `sao idea show ${id}`,
      ),
    );
  return idea;
}

export function decideApprovePhase(
  { state, caller }: QueueView,
  id: string,
  phase: string,
  hash: string,
  proof: Sealed,
): Result<QueueDecision<{ idea: string; hash: string }>> {
  const forbidden = refuseRole(caller, 'idea approve', 'owner');
  if (forbidden) return reject(forbidden);
  const idea = findWaitingPhase(state, id, phase);
  if (!idea.ok) return idea;
  if (hashPhase(state, idea.value, phase) !== hash)
    return reject(queueProblems.changedPlan(id, `sao idea show ${id}`));
  return accept({
    events: [{ type: 'phase-approved', idea: id, phase, hash, by: caller.by, ...proof }],
    answer: () => ({ idea: id, hash }),
  });
}

export interface Executed {
  idea: string;
  /** Ids of all tasks of the idea. */
  tasks: string[];
  /** False if the tasks were made before. */
  isNew: boolean;
}

/**
 * Makes the tasks of an approved plan, once: asking again makes none. `findFault`: says why an approval does not count, since its proof is
 * checked with the keys of this machine.
 */
export function decideExecute(
  { state, caller }: QueueView,
  id: string,
  findFault: (idea: Idea) => string | undefined,
): Result<QueueDecision<Executed>> {
  const forbidden = refuseRole(caller, 'idea execute', 'leader');
  if (forbidden) return reject(forbidden);
  const idea = findIdea(state, id, ['approved', 'executing', 'done']);
  if (!idea.ok) return idea;
  const { plan, planHash, approval, state: now, tasks } = idea.value;
  if (now !== 'approved') return accept(answerOnly({ idea: id, tasks, isNew: false }));
  if (!plan || !approval || approval.hash !== planHash || hashPlan(plan) !== planHash)
    return reject(queueProblems.changedPlan(id, `sao idea approve ${id}`));
  const fault = findFault(idea.value);
  if (fault !== undefined) return reject(queueProblems.unproved(id, fault));
  const events: QueueEvent[] = [
    { type: 'tasks-created', idea: id, phases: plan.phases, tasks: plan.tasks },
    { type: 'idea-executed', idea: id, by: caller.by },
  ];
  return accept({
    events,
    answer: (after) => ({ idea: id, tasks: after.ideas.get(id)?.tasks ?? [], isNew: true }),
  });
}

/** The hash that a human's drop of an idea is bound to: its plan and the reason. */
export const hashDrop = ({ id, planHash = '' }: Idea, reason: string): string =>
  hashPlan({ id, planHash, reason });

/** Drops an idea, which cancels its open tasks. `hash`: what the human saw. */
export function decideDrop(
  { state, caller, leases }: QueueView,
  id: string,
  reason: string,
  { hash, proof }: { hash: string; proof: Sealed },
): Result<QueueDecision<{ idea: string }>> {
  const forbidden = refuseRole(caller, 'idea drop', 'owner');
  if (forbidden) return reject(forbidden);
  if (reason.trim() === '') return reject(queueProblems.reasonMissing('idea drop'));
  const idea = findIdea(state, id, ['draft', 'planned', 'approved', 'executing']);
  if (!idea.ok) return idea;
  if (hashDrop(idea.value, reason) !== hash)
    return reject(queueProblems.changedPlan(id, `sao idea show ${id}`));
  const tasks = new Set(idea.value.tasks);
  const drop = leases.filter(({ task }) => tasks.has(task)).map(({ token }) => token);
  return accept({
    events: [{ type: 'idea-dropped', idea: id, reason, by: caller.by, ...proof }],
    drop,
    answer: () => ({ idea: id }),
  });
}
