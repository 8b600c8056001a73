import { accept, type Result, reject } from '../../system/result.ts';
import type { QueueEvent } from '../model/queue-event.ts';
import type { ClaimProcess, Executor, Lease } from '../model/types.ts';
import { openReadiness } from '../state/readiness.ts';
import { applyBatch } from '../state/replay.ts';
import { lastAttempt, type QueueState, type Task } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import { openTaskCheck } from './approved-task.ts';
import { escalateDead } from './escalate.ts';
import { refuseRole } from './rights.ts';
import { answerOnly, type QueueCaller, type QueueDecision, type QueueView } from './view.ts';

export interface ClaimRequest {
  executor: Executor;
  /** Names of environment variables that the executor has. */
  env: readonly string[];
  /** Repositories that it works on; empty: all. */
  repos: readonly string[];
  /** Only this task. */
  task?: string | undefined;
  process?: ClaimProcess | undefined;
}

/** Why a ready task cannot be claimed by this executor now. */
export type ClaimObstacle =
  | 'team'
  | 'repository'
  | 'needs'
  | 'environment'
  | 'team-limit'
  | 'repository-limit'
  | 'resource'
  | 'not-approved';

export interface Claimed {
  /** Null: nothing can be claimed now. */
  task: Task | null;
  token: string;
  attempt: number;
  /** End of the lease, ms since the epoch. */
  until: number;
  /** Number of ready tasks that this executor cannot claim, by obstacle. */
  obstacles: Partial<Record<ClaimObstacle, number>>;
}

/** Ends the expired leases, and gives the executor the fairest task that it can work on. */
export function decideClaim(view: QueueView, request: ClaimRequest): Result<QueueDecision<Claimed>> {
  const forbidden = refuseRole(view.caller, 'claim', 'executor');
  if (forbidden) return reject(forbidden);
  if (request.task !== undefined && !view.state.tasks.has(request.task))
    return reject(queueProblems.unknown('task', request.task, 'sao queue check'));
  const expired = findExpiredClaims(view);
  const state = expired.events.length === 0 ? view.state : previewState(view, expired.events);
  const running = countRunning(state);
  if ((running.executors.get(request.executor.id) ?? 0) >= request.executor.slots)
    return reject(queueProblems.slotsFull(request.executor.id, request.executor.slots));
  const { candidates, obstacles } = findCandidates(state, view.caller, request, running);
  const task = chooseApproved(view, state, candidates, running.teams, obstacles);
  if (!task) {
    const none = { task: null, token: '', attempt: 0, until: 0, obstacles };
    return accept(expired.events.length === 0 ? answerOnly(none) : { ...expired, answer: () => none });
  }
  return accept(decideTake(view, request, task, expired, obstacles));
}

function decideTake(
  view: QueueView,
  { executor, process }: ClaimRequest,
  { spec: { id }, attempts }: Task,
  expired: ExpiredClaims,
  obstacles: Claimed['obstacles'],
): QueueDecision<Claimed> {
  const token = `${view.state.seq + 1}.${view.nonce}`;
  const attempt = (attempts.at(-1)?.number ?? 0) + 1;
  const claimed = { type: 'claimed', task: id, token, executor: executor.id, attempt } as const;
  return {
    ...expired,
    events: [
      ...expired.events,
      ...recordExecutor(view.state, executor),
      { ...claimed, host: executor.host, by: view.caller.by },
    ],
    take: {
      ...{ token, task: id, executor: executor.id, ms: view.state.limits.leaseSeconds * 1_000 },
      ...(process && { process }),
    },
    answer: (state, until = 0) => ({
      ...{ task: state.tasks.get(id) ?? null, token, attempt, until, obstacles },
    }),
  };
}

/** Records an executor if the queue does not know it as it is now. */
function recordExecutor(state: QueueState, executor: Executor): QueueEvent[] {
  const { seen: _, ...known } = state.executors.get(executor.id) ?? { seen: 0 };
  const isKnown = JSON.stringify(known) === JSON.stringify(executor);
  return isKnown ? [] : [{ type: 'executor-seen', executor }];
}

interface ExpiredClaims {
  events: QueueEvent[];
  dropIfExpired: string[];
  drop: string[];
}

/** The claims whose lease has expired or whose process has ended, and those without a lease at all: a crash lost it. */
export function findExpiredClaims({ state, leases, now, hasEnded }: QueueView): ExpiredClaims {
  const expired: ExpiredClaims = { events: [], dropIfExpired: [], drop: [] };
  const known = new Map(leases.map((lease) => [lease.token, lease]));
  for (const id of state.claimed) {
    const task = state.tasks.get(id);
    const token = task && lastAttempt(task)?.token;
    if (!task || token === undefined) continue;
    const lease = known.get(token);
    const reason = judgeLease(lease, now, hasEnded);
    if (reason === undefined) continue;
    expired.events.push({ type: 'expired', task: id, token, reason }, ...escalateDead(state, task, reason));
    if (lease) (reason === 'lease-over' ? expired.dropIfExpired : expired.drop).push(token);
  }
  return expired;
}

function judgeLease(
  lease: Lease | undefined,
  now: number,
  hasEnded: QueueView['hasEnded'],
): 'lease-over' | 'process-ended' | undefined {
  if (lease === undefined || lease.until <= now) return 'lease-over';
  return hasEnded(lease) ? 'process-ended' : undefined;
}

/** The state as it will be after these events of the next batch. */
function previewState({ state, now }: QueueView, events: QueueEvent[]): QueueState {
  const copy: QueueState = {
    ...state,
    tasks: new Map(state.tasks),
    queued: new Set(state.queued),
    claimed: new Set(state.claimed),
    escalations: [...state.escalations],
  };
  for (const event of events)
    if (event.type === 'expired') copy.tasks.set(event.task, copyTask(copy.tasks.get(event.task) as Task));
  applyBatch(copy, { seq: state.seq + 1, at: now, events });
  return copy;
}

const copyTask = (task: Task): Task => ({ ...task, attempts: task.attempts.map((each) => ({ ...each })) });

interface Running {
  teams: Map<string, number>;
  repos: Map<string, number>;
  executors: Map<string, number>;
  resources: Map<string, number>;
}

function countRunning(state: QueueState): Running {
  const running: Running = {
    teams: new Map(),
    repos: new Map(),
    executors: new Map(),
    resources: new Map(),
  };
  for (const id of state.claimed) {
    const task = state.tasks.get(id);
    if (!task) continue;
    increase(running.teams, task.spec.team);
    increase(running.repos, task.spec.repo);
    increase(running.executors, lastAttempt(task)?.executor ?? '');
    for (const resource of task.spec.uses) increase(running.resources, resource);
  }
  return running;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function findCandidates(
  state: QueueState,
  caller: QueueCaller,
  request: ClaimRequest,
  running: Running,
): { candidates: Task[]; obstacles: Claimed['obstacles'] } {
  const readiness = openReadiness(state);
  const obstacles: Claimed['obstacles'] = {};
  const candidates: Task[] = [];
  // A plain loop: thousands of tasks may be ready at each claim.
  for (const id of request.task === undefined ? state.queued : [request.task]) {
    const task = state.tasks.get(id);
    if (!task || readiness.of(task) !== 'ready') continue;
    const obstacle = findObstacle(state, caller, request, running, task);
    if (obstacle === undefined) candidates.push(task);
    else obstacles[obstacle] = (obstacles[obstacle] ?? 0) + 1;
  }
  return { candidates, obstacles };
}

function findObstacle(
  state: QueueState,
  caller: QueueCaller,
  { executor, env, repos }: ClaimRequest,
  running: Running,
  { spec }: Task,
): ClaimObstacle | undefined {
  // A task without a team is for every executor, but not for a token of one team.
  if (executor.team !== '' && spec.team !== '' && spec.team !== executor.team) return 'team';
  if (caller.team !== '' && spec.team !== caller.team) return 'team';
  if (repos.length > 0 && !repos.includes(spec.repo)) return 'repository';
  if (caller.repos.length > 0 && !caller.repos.includes(spec.repo)) return 'repository';
  if (!spec.needs.every((need) => executor.can.includes(need))) return 'needs';
  if (!spec.env.every((name) => env.includes(name))) return 'environment';
  return findFullLimit(state, running, spec);
}

/** The limit or resource that has no place left for a task. */
function findFullLimit(state: QueueState, running: Running, spec: Task['spec']): ClaimObstacle | undefined {
  if (spec.team !== '' && (running.teams.get(spec.team) ?? 0) >= state.limits.perTeam) return 'team-limit';
  if ((running.repos.get(spec.repo) ?? 0) >= state.limits.perRepo) return 'repository-limit';
  const isFree = (name: string) => (running.resources.get(name) ?? 0) < (state.resources.get(name) ?? 0);
  return spec.uses.every(isFree) ? undefined : 'resource';
}

/** Chooses a task that is as a human approved it. Only chosen ones are compared: thousands may be ready. */
function chooseApproved(
  { findIdeaFault }: QueueView,
  state: QueueState,
  candidates: readonly Task[],
  running: Running['teams'],
  obstacles: Claimed['obstacles'],
): Task | undefined {
  const task = chooseTask(state, candidates, running);
  if (!task || !findIdeaFault) return task;
  const check = openTaskCheck(state, findIdeaFault);
  if (check(task.spec) === undefined) return task;
  const approved = candidates.filter(({ spec }) => check(spec) === undefined);
  obstacles['not-approved'] = candidates.length - approved.length;
  return chooseTask(state, approved, running);
}

/**
 * Chooses first a team: the one with the fewest running tasks for its share, of equal ones the one that was served least recently, or else the one
 * with the oldest task. Then its task: the one with the highest priority, of equal ones the oldest.
 */
function chooseTask(
  state: QueueState,
  candidates: readonly Task[],
  running: Running['teams'],
): Task | undefined {
  const teams = new Map<string, { oldest: number; best: Task }>();
  for (const task of candidates) {
    const { team, priority } = task.spec;
    const found = teams.get(team);
    if (!found) {
      teams.set(team, { oldest: task.index, best: task });
      continue;
    }
    found.oldest = Math.min(found.oldest, task.index);
    if (priority > found.best.spec.priority || isOlder(task, found.best)) found.best = task;
  }
  const rankOf = (team: string) => [
    (running.get(team) ?? 0) / shareOf(state, team),
    state.servedAt.get(team) ?? 0,
    teams.get(team)?.oldest ?? 0,
  ];
  const [first] = [...teams.keys()].sort((a, b) => compareRanks(rankOf(a), rankOf(b)));
  return first === undefined ? undefined : teams.get(first)?.best;
}

const isOlder = (task: Task, other: Task): boolean =>
  task.spec.priority === other.spec.priority && task.index < other.index;

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, place) => value !== b[place]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** A team's share of the slots: the number of its coders. */
const shareOf = (state: QueueState, team: string): number =>
  Math.max(1, state.teams.get(team)?.coders.length ?? 1);
