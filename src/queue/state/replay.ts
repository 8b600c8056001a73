import type { Batch, QueueEvent } from '../model/queue-event.ts';
import { isCounted, type TaskSpec } from '../model/types.ts';
import { type Idea, isEnd, lastAttempt, type QueueState, type Task, type TaskState } from './state.ts';

type EventOf<T extends QueueEvent['type']> = Extract<QueueEvent, { type: T }>;
type Appliers = { [T in QueueEvent['type']]: (state: QueueState, event: EventOf<T>, batch: Batch) => void };

/** Applies a batch to the state, which changes. Batches that the state has already, and events of unknown types, are skipped. */
export function applyBatch(state: QueueState, batch: Batch): void {
  if (batch.seq <= state.seq) return;
  state.seq = batch.seq;
  state.at = batch.at;
  for (const event of batch.events) {
    const apply = Object.hasOwn(APPLIERS, event.type) ? APPLIERS[event.type] : undefined;
    (apply as ((state: QueueState, event: QueueEvent, batch: Batch) => void) | undefined)?.(
      state,
      event,
      batch,
    );
  }
}

const APPLIERS: Appliers = {
  'queue-created'(state, { id, name, limits, guides, passphrase }) {
    Object.assign(state, { id, name, limits, guides, ...(passphrase === undefined ? {} : { passphrase }) });
  },
  'queue-set'(state, { limits, guides }) {
    state.limits = { ...state.limits, ...limits };
    state.guides = guides ?? state.guides;
  },
  'capacity-changed'(state, { resource, from, to, by, reason }, { at }) {
    if (to > 0) state.resources.set(resource, to);
    else state.resources.delete(resource);
    state.capacityChanges.push({ resource, from, to, by, at, ...(reason !== undefined && { reason }) });
  },
  'team-set': (state, { team }) => void state.teams.set(team.id, team),
  'executor-seen': (state, { executor }, { at }) =>
    void state.executors.set(executor.id, { ...executor, seen: at }),
  'idea-created'(state, { idea, title, body, by, source }, { at }) {
    const fresh = { state: 'draft' as const, at, phases: [], approvedPhases: [], tasks: [], open: 0 };
    state.ideas.set(idea, {
      ...fresh,
      id: idea,
      title,
      body,
      author: by,
      openIn: new Map(),
      ...(source && { source }),
    });
  },
  'idea-planned': (state, { idea, plan, hash }) =>
    changeIdea(state, idea, (found) => {
      Object.assign(found, { state: 'planned', plan, planHash: hash });
      delete found.approval;
    }),
  'idea-approved': (state, { type: _, idea, by: __, ...approval }) =>
    changeIdea(state, idea, (found) => Object.assign(found, { state: 'approved', approval })),
  'phase-approved': (state, { idea, phase }) =>
    changeIdea(state, idea, (found) => void found.approvedPhases.push(phase)),
  'idea-executed': (state, { idea }) =>
    changeIdea(state, idea, (found) => {
      found.state = found.tasks.length === 0 ? 'done' : 'executing';
    }),
  'tasks-created'(state, { idea, phases, tasks }, { at }) {
    changeIdea(state, idea, (found) => {
      found.phases = phases;
      for (const spec of tasks) addTask(state, found, spec, at);
      for (const { id, after } of tasks) for (const each of after) state.tasks.get(each)?.dependants.push(id);
    });
  },
  'idea-dropped'(state, { idea, reason }, { at }) {
    changeIdea(state, idea, (found) => {
      found.state = 'dropped';
      for (const id of found.tasks) {
        const task = state.tasks.get(id);
        if (task && !isEnd(task.state)) endTask(state, task, 'cancelled', at, reason);
      }
    });
  },
  'tasks-dispatched'(state, { tasks }, { at }) {
    for (const id of tasks) changeTask(state, id, (task) => moveTask(state, task, 'queued', at));
  },
  claimed(state, { task: id, token, executor, attempt, by }, { at, seq }) {
    changeTask(state, id, (task) => {
      moveTask(state, task, 'claimed', at);
      task.attempts.push({ number: attempt, token, executor, by, since: at });
      state.tokens.set(token, id);
      state.servedAt.set(task.spec.team, seq);
    });
  },
  completed(state, { task: id, evidence, isLate }, { at }) {
    changeTask(state, id, (task) => {
      endAttempt(task, at, 'completed');
      task.evidence = evidence;
      if (isLate) task.isLate = true;
      endTask(state, task, 'done', at);
    });
  },
  'completed-by-hand': (state, { task, reason }, { at }) =>
    changeTask(state, task, (found) => endTask(state, found, 'done', at, reason)),
  released(state, { task: id, reason, note, workAt }, { at }) {
    changeTask(state, id, (task) => giveBack(state, task, { reason, note, workAt }, at));
  },
  expired(state, { task: id, reason }, { at }) {
    changeTask(state, id, (task) => giveBack(state, task, { reason, note: '', workAt: '' }, at));
  },
  blocked(state, { task: id, blocker, kind, question, workAt, ...event }, { at }) {
    changeTask(state, id, (task) => {
      endAttempt(task, at, 'blocked', question, workAt);
      moveTask(state, task, 'blocked', at);
      state.blockers.set(blocker, { id: blocker, task: id, kind, question, for: event.for, at });
    });
  },
  'blocker-resolved'(state, { blocker: id, answer, by }, { at }) {
    const blocker = state.blockers.get(id);
    if (!blocker) return;
    Object.assign(blocker, { answer, by, answeredAt: at });
    changeTask(state, blocker.task, (task) => {
      if (task.state === 'blocked') moveTask(state, task, 'queued', at);
    });
  },
  escalated: (state, { type: _, ...escalation }, { at }) =>
    void state.escalations.push({ ...escalation, at }),
  'task-cancelled': (state, { task, reason }, { at }) =>
    changeTask(state, task, (found) => endTask(state, found, 'cancelled', at, reason)),
  'task-retried'(state, { task: id, reason, without }, { at }) {
    changeTask(state, id, (task) => {
      task.failures = 0;
      task.reason = reason;
      task.spec.after = task.spec.after.filter((each) => !without.includes(each));
      moveTask(state, task, 'queued', at);
    });
  },
  'task-set'(state, { task: id, priority, team, model }) {
    changeTask(state, id, ({ spec }) => {
      spec.priority = priority ?? spec.priority;
      spec.team = team ?? spec.team;
      spec.model = model ?? spec.model;
    });
  },
  noted: (state, { task, from, to, text }, { at }) =>
    changeTask(state, task, ({ notes }) => void notes.push({ from, to, text, at })),
  'token-created': (state, { type: _, by: __, ...token }) => void state.access.set(token.id, token),
  'token-revoked'(state, { id }) {
    const token = state.access.get(id);
    if (token) token.isRevoked = true;
  },
};

function changeIdea(state: QueueState, id: string, change: (idea: Idea) => void): void {
  const idea = state.ideas.get(id);
  if (idea) change(idea);
}

function changeTask(state: QueueState, id: string, change: (task: Task) => void): void {
  const task = state.tasks.get(id);
  if (task) change(task);
}

function addTask(state: QueueState, idea: Idea, spec: TaskSpec, at: number): void {
  state.tasks.set(spec.id, {
    spec: { ...spec },
    state: 'planned',
    index: state.tasks.size,
    queuedAt: at,
    attempts: [],
    failures: 0,
    notes: [],
    dependants: [],
  });
  idea.tasks.push(spec.id);
  idea.open += 1;
  idea.openIn.set(spec.phase, (idea.openIn.get(spec.phase) ?? 0) + 1);
}

function moveTask(state: QueueState, task: Task, to: TaskState, at: number): void {
  const { id } = task.spec;
  task.state = to;
  state.queued.delete(id);
  state.claimed.delete(id);
  if (to === 'queued') {
    state.queued.add(id);
    task.queuedAt = at;
  }
  if (to === 'claimed') state.claimed.add(id);
}

function endTask(state: QueueState, task: Task, to: 'done' | 'cancelled', at: number, reason?: string): void {
  if (isEnd(task.state)) return;
  endAttempt(task, at, to);
  moveTask(state, task, to, at);
  task.doneAt = at;
  if (reason !== undefined) task.reason = reason;
  for (const blocker of state.blockers.values())
    if (blocker.task === task.spec.id && blocker.answer === undefined)
      Object.assign(blocker, { answer: `the task is ${to}`, by: 'queue', answeredAt: at });
  countEnd(state, task);
}

function countEnd(state: QueueState, task: Task): void {
  changeIdea(state, task.spec.idea, (idea) => {
    idea.open -= 1;
    idea.openIn.set(task.spec.phase, (idea.openIn.get(task.spec.phase) ?? 0) - 1);
    if (idea.state === 'executing' && idea.open === 0) idea.state = 'done';
  });
}

function endAttempt(task: Task, at: number, outcome: string, note = '', workAt = ''): void {
  const attempt = lastAttempt(task);
  if (!attempt || (attempt.ended !== undefined && outcome !== 'completed')) return;
  Object.assign(attempt, { ended: at, outcome, ...(note && { note }), ...(workAt && { workAt }) });
}

function giveBack(
  state: QueueState,
  task: Task,
  { reason, note, workAt }: { reason: string; note: string; workAt: string },
  at: number,
): void {
  endAttempt(task, at, reason, note, workAt);
  if (isCounted(reason)) task.failures += 1;
  moveTask(state, task, task.failures >= state.limits.attempts ? 'dead' : 'queued', at);
}
