import { openReadiness, type ShownState } from '../state/readiness.ts';
import type { QueueState, Task } from '../state/state.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface TeamStats {
  team: string;
  assigned: number;
  done: number;
  blocked: number;
  running: number;
  ready: number;
}

export interface QueueStats {
  tasks: Record<ShownState, number>;
  teams: TeamStats[];
  /** Tasks done in the last hour. */
  donePerHour: number;
  /** Median time from a question to its answer, in ms; null without an answer. */
  blockerMs: number | null;
  openBlockers: number;
  /** Share of the done tasks that needed one attempt only, 0 to 1; null without one. */
  firstTry: number | null;
  /** Share of the ended attempts that another attempt had to repeat, 0 to 1. */
  rework: number | null;
  slots: number;
  running: number;
  /** Running tasks by slots, 0 to 1; null without an executor. */
  utilisation: number | null;
  headroom: number;
  /** Time until the open tasks are done at the present speed, in ms, from measured attempts; null if nothing was measured. */
  remainingMs: number | null;
  /** Share of the phases with finished tasks whose integration a human approved, of those that need it, 0 to 1; null without one. */
  integration: number | null;
  /** Capacity that was added to resources since the queue began, by resource. */
  acquired: Record<string, number>;
  signals: Signal[];
}

/** A rule of scaling that holds now. */
export interface Signal {
  code: 'add-team' | 'add-api-capacity' | 'split-phase' | 'add-tool-or-document';
  text: string;
}

/** An executor counts with its slots if it was seen or has claimed something in this time, in ms. */
const SEEN_MS = 30 * MINUTE_MS;

/** Whether an executor was seen lately. `now`: ms since the epoch. */
export const isSeen = ({ seen }: { seen: number }, now: number): boolean => seen > now - SEEN_MS;

/** Computes all statistics from the state; nothing is counted elsewhere. */
export function computeStats(state: QueueState, now: number): QueueStats {
  const readiness = openReadiness(state);
  const tasks = [...state.tasks.values()];
  const shown = new Map(tasks.map((task) => [task, readiness.of(task)]));
  const done = tasks.filter((task) => task.state === 'done');
  const slots = countSlots(state, now);
  const running = state.claimed.size;
  const answered = [...state.blockers.values()].flatMap(({ at, answeredAt }) =>
    answeredAt === undefined ? [] : [answeredAt - at],
  );
  return {
    tasks: countStates([...shown.values()]),
    teams: countTeams(state, shown),
    donePerHour: done.filter(({ doneAt = 0 }) => doneAt > now - HOUR_MS).length,
    blockerMs: median(answered),
    openBlockers: [...state.blockers.values()].filter(({ answer }) => answer === undefined).length,
    firstTry: share(done.filter(({ attempts }) => attempts.length === 1).length, done.length),
    rework: measureRework(tasks),
    slots,
    running,
    utilisation: share(running, slots),
    headroom: Math.max(0, slots - running),
    remainingMs: estimateRemaining(tasks, slots),
    integration: measureIntegrations(state),
    acquired: sumAcquired(state),
    signals: findSignals(state, shown, slots, now),
  };
}

function measureIntegrations({ ideas }: QueueState): number | null {
  const phases = [...ideas.values()].flatMap((idea) =>
    idea.phases
      .filter(({ id, integration }) => integration?.approval === 'human' && idea.openIn.get(id) === 0)
      .map(({ id }) => idea.approvedPhases.includes(id)),
  );
  return share(phases.filter((isApproved) => isApproved).length, phases.length);
}

function sumAcquired({ capacityChanges }: QueueState): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { resource, from, to } of capacityChanges)
    if (to > from) sums.set(resource, (sums.get(resource) ?? 0) + to - from);
  return Object.fromEntries(sums);
}

function countStates(states: readonly ShownState[]): Record<ShownState, number> {
  const counts = {
    planned: 0,
    waiting: 0,
    ready: 0,
    claimed: 0,
    blocked: 0,
    stuck: 0,
    dead: 0,
    done: 0,
    cancelled: 0,
  };
  for (const state of states) counts[state] += 1;
  return counts;
}

function countTeams(state: QueueState, shown: ReadonlyMap<Task, ShownState>): TeamStats[] {
  const teams = new Map<string, TeamStats>();
  const fresh = (team: string) => ({ team, assigned: 0, done: 0, blocked: 0, running: 0, ready: 0 });
  for (const id of state.teams.keys()) teams.set(id, fresh(id));
  for (const [{ spec }, now] of shown) {
    const team = teams.get(spec.team) ?? fresh(spec.team);
    teams.set(spec.team, team);
    if (now !== 'planned' && now !== 'cancelled') team.assigned += 1;
    if (now === 'done') team.done += 1;
    if (now === 'blocked') team.blocked += 1;
    if (now === 'claimed') team.running += 1;
    if (now === 'ready') team.ready += 1;
  }
  return [...teams.values()];
}

function countSlots(state: QueueState, now: number): number {
  const busy = new Set([...state.claimed].map((id) => state.tasks.get(id)?.attempts.at(-1)?.executor));
  return [...state.executors.values()]
    .filter((executor) => busy.has(executor.id) || isSeen(executor, now))
    .reduce((sum, { slots }) => sum + slots, 0);
}

function measureRework(tasks: readonly Task[]): number | null {
  const ended = tasks.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.ended !== undefined));
  const wasted = ended.filter(({ outcome }) => outcome !== 'completed' && outcome !== 'blocked');
  return share(wasted.length, ended.length);
}

function estimateRemaining(tasks: readonly Task[], slots: number): number | null {
  const times = tasks.flatMap(({ attempts }) =>
    attempts.flatMap(({ since, ended, outcome }) =>
      ended !== undefined && outcome === 'completed' ? [ended - since] : [],
    ),
  );
  const typical = median(times);
  const open = tasks.filter(({ state }) => state !== 'done' && state !== 'cancelled').length;
  return typical === null || slots === 0 ? null : Math.ceil(open / slots) * typical;
}

/** Minutes for which more tasks than slots were ready before another team is advised. */
const WAIT_MINUTES = 10;
/** Share of attempts that ended by a rate limit, and how many must have ended, before more capacity is advised. */
const RATE_LIMIT_SHARE = 0.2;
const MIN_ENDED = 5;
/** Number of `needs-access` blockers from which a missing tool or document is advised. */
const REPEATED = 3;

function findSignals(
  state: QueueState,
  shown: ReadonlyMap<Task, ShownState>,
  slots: number,
  now: number,
): Signal[] {
  const ready = [...shown].filter(([, each]) => each === 'ready').map(([task]) => task);
  return [
    signalMissingTeam(state, ready, slots, now),
    signalRateLimits([...shown.keys()]),
    ready.length === 0 ? signalNarrowPhase(state, shown, slots) : undefined,
    signalMissingAccess(state),
  ].flatMap((signal) => signal ?? []);
}

function signalMissingTeam(
  state: QueueState,
  ready: readonly Task[],
  slots: number,
  now: number,
): Signal | undefined {
  const long = ready.filter((task) => readySince(state, task) <= now - WAIT_MINUTES * MINUTE_MS);
  if (slots === 0 || state.claimed.size < slots || long.length <= slots) return undefined;
  return {
    code: 'add-team',
    text: `all ${slots} slots are busy, and ${long.length} tasks have been ready for ${WAIT_MINUTES} minutes: add a team`,
  };
}

function signalRateLimits(tasks: readonly Task[]): Signal | undefined {
  const ended = tasks.flatMap(({ attempts }) => attempts.flatMap(({ outcome = [] }) => outcome));
  const limited = ended.filter((outcome) => outcome === 'rate-limit').length;
  if (ended.length < MIN_ENDED || limited <= ended.length * RATE_LIMIT_SHARE) return undefined;
  return {
    code: 'add-api-capacity',
    text: `${limited} of ${ended.length} attempts ended by a rate limit: acquire more API capacity`,
  };
}

function signalNarrowPhase(
  state: QueueState,
  shown: ReadonlyMap<Task, ShownState>,
  slots: number,
): Signal | undefined {
  const idle = slots - state.claimed.size;
  const narrow = [...state.ideas.values()].find((idea) => isNarrow(state, idea.id, shown));
  if (!narrow || idle <= 0) return undefined;
  return {
    code: 'split-phase',
    text: `idea ${narrow.id} waits for one sequential phase while ${idle} slots are idle: split the phase`,
  };
}

function signalMissingAccess({ blockers }: QueueState): Signal | undefined {
  const access = [...blockers.values()].filter(({ kind }) => kind === 'needs-access').length;
  if (access < REPEATED) return undefined;
  return {
    code: 'add-tool-or-document',
    text: `${access} tasks were blocked for missing access: add a tool, an account or a document`,
  };
}

/** Whether tasks of an idea wait for a sequential phase that has open tasks. */
function isNarrow(state: QueueState, id: string, shown: ReadonlyMap<Task, ShownState>): boolean {
  const idea = state.ideas.get(id);
  const open = idea?.phases.find((phase) => (idea.openIn.get(phase.id) ?? 0) > 0);
  return (
    open?.mode === 'sequential' &&
    [...shown].some(([{ spec }, each]) => spec.idea === id && each === 'waiting' && spec.phase !== open.id)
  );
}

function readySince(state: QueueState, { spec, queuedAt }: Task): number {
  return Math.max(queuedAt, ...spec.after.map((id) => state.tasks.get(id)?.doneAt ?? 0));
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
