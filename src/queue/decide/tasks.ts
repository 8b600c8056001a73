import { accept, type Result, reject } from '../../system/result.ts';
import type { Sealed } from '../model/queue-event.ts';
import { findUnblocked, openReadiness } from '../state/readiness.ts';
import { isEnd, type QueueState, type Task } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import { refuseRole, refuseTask } from './rights.ts';
import { readText } from './texts.ts';
import type { QueueDecision, QueueView } from './view.ts';

export interface DispatchCounts {
  /** Ids of the tasks that were dispatched now. */
  tasks: string[];
  ready: number;
  waiting: number;
}

/** Dispatches the planned tasks of an idea, of a phase, or of all ideas; those with open dependencies wait by themselves. */
export function decideDispatch(
  { state, caller }: QueueView,
  only: { idea?: string | undefined; phase?: string | undefined },
): Result<QueueDecision<DispatchCounts>> {
  const forbidden = refuseRole(caller, 'dispatch', 'leader');
  if (forbidden) return reject(forbidden);
  if (only.idea !== undefined && !state.ideas.has(only.idea))
    return reject(queueProblems.unknown('idea', only.idea, 'sao idea list'));
  const isChosen = ({ state: now, spec }: Task) =>
    now === 'planned' &&
    (only.idea === undefined || spec.idea === only.idea) &&
    (only.phase === undefined || spec.phase === only.phase) &&
    (caller.team === '' || spec.team === caller.team);
  const tasks = [...state.tasks.values()].filter(isChosen).map(({ spec }) => spec.id);
  const events = tasks.length === 0 ? [] : [{ type: 'tasks-dispatched', tasks, by: caller.by } as const];
  return accept({
    events,
    answer: (after) => {
      const readiness = openReadiness(after);
      const shown = tasks.map((id) => readiness.of(after.tasks.get(id) as Task));
      const ready = shown.filter((each) => each === 'ready').length;
      return { tasks, ready, waiting: tasks.length - ready };
    },
  });
}

export interface Changed {
  task: string;
  state: string;
  unblocked: string[];
}

function findTask({ state, caller }: QueueView, id: string): Result<Task> {
  const task = state.tasks.get(id);
  if (!task) return reject(queueProblems.unknown('task', id, 'sao queue check'));
  const forbidden = refuseTask(caller, task);
  return forbidden ? reject(forbidden) : accept(task);
}

function answerChanged(id: string): (state: QueueState) => Changed {
  return (state) => {
    const task = state.tasks.get(id);
    const shown = task ? openReadiness(state).of(task) : 'cancelled';
    return { task: id, state: shown, unblocked: findUnblocked(state, id) };
  };
}

/** Finds a task that has not ended, and the lease that its end takes away. */
export function findOpenTask(view: QueueView, id: string): Result<{ task: Task; drop: string[] }> {
  const found = findTask(view, id);
  if (!found.ok) return found;
  const { state } = found.value;
  if (isEnd(state))
    return reject(queueProblems.wrongState('task', id, state, 'an open task', `sao task show ${id}`));
  const drop = view.leases.filter(({ task }) => task === id).map(({ token }) => token);
  return accept({ task: found.value, drop });
}

export function decideCancel(view: QueueView, id: string, reason: string): Result<QueueDecision<Changed>> {
  const forbidden = refuseRole(view.caller, 'task cancel', 'owner');
  if (forbidden) return reject(forbidden);
  if (reason.trim() === '') return reject(queueProblems.reasonMissing('task cancel'));
  const open = findOpenTask(view, id);
  if (!open.ok) return open;
  const event = { type: 'task-cancelled', task: id, reason, by: view.caller.by } as const;
  return accept({ events: [event], drop: open.value.drop, answer: answerChanged(id) });
}

/** Completes a task without a claim; a running executor is told `taken` at its next call. */
export function decideCompleteByHand(
  view: QueueView,
  id: string,
  reason: string,
  proof: Sealed,
): Result<QueueDecision<Changed>> {
  const forbidden = refuseRole(view.caller, 'task complete', 'owner');
  if (forbidden) return reject(forbidden);
  const open = findOpenTask(view, id);
  if (!open.ok) return open;
  const event = { type: 'completed-by-hand', task: id, reason, by: view.caller.by, ...proof } as const;
  return accept({ events: [event], drop: open.value.drop, answer: answerChanged(id) });
}

/** Gives a dead task its attempts again, and frees a stuck one from the dependencies that it can never have. */
export function decideRetry(view: QueueView, id: string, reason: string): Result<QueueDecision<Changed>> {
  const forbidden = refuseRole(view.caller, 'task retry', 'leader');
  if (forbidden) return reject(forbidden);
  if (reason.trim() === '') return reject(queueProblems.reasonMissing('task retry'));
  const found = findTask(view, id);
  if (!found.ok) return found;
  const shown = openReadiness(view.state).of(found.value);
  if (shown !== 'dead' && shown !== 'stuck')
    return reject(queueProblems.wrongState('task', id, shown, 'dead or stuck', `sao task show ${id}`));
  const isLost = (each: string) =>
    ['dead', 'cancelled', undefined].includes(view.state.tasks.get(each)?.state);
  const without = found.value.spec.after.filter(isLost);
  const event = { type: 'task-retried', task: id, reason, without, by: view.caller.by } as const;
  return accept({ events: [event], answer: answerChanged(id) });
}

export interface TaskChange {
  priority?: number | undefined;
  team?: string | undefined;
  model?: string | undefined;
}

export function decideSetTask(
  view: QueueView,
  id: string,
  { priority, team, model }: TaskChange,
): Result<QueueDecision<Changed>> {
  const forbidden = refuseRole(view.caller, 'task set', 'leader');
  if (forbidden) return reject(forbidden);
  const open = findOpenTask(view, id);
  if (!open.ok) return open;
  if (team !== undefined && team !== '' && !view.state.teams.has(team))
    return reject(queueProblems.unknown('team', team, 'sao team list'));
  if (team !== undefined && view.caller.team !== '' && team !== view.caller.team)
    return reject(queueProblems.otherTeam(team, view.caller.team));
  const changes = {
    ...(priority !== undefined && { priority }),
    ...(team !== undefined && { team }),
    ...(model !== undefined && { model }),
  };
  const event = { type: 'task-set', task: id, ...changes, by: view.caller.by } as const;
  return accept({ events: [event], answer: answerChanged(id) });
}

export function decideNote(
  view: QueueView,
  id: string,
  note: { to: string; text: string },
): Result<QueueDecision<Changed>> {
  const forbidden = refuseRole(view.caller, 'task note', 'executor');
  if (forbidden) return reject(forbidden);
  const found = findTask(view, id);
  if (!found.ok) return found;
  const text = readText(note.text, 'note');
  if (!text.ok) return text;
  if (text.value === '') return reject(queueProblems.textEmpty('note'));
  const event = { type: 'noted', task: id, from: view.caller.by, to: note.to, text: text.value } as const;
  return accept({ events: [event], answer: answerChanged(id) });
}
