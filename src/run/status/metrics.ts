import { type Snapshot, type Standing, standingOf, stateOf } from '../dispatch/standing.ts';
import type { Limits, PlannedAgent } from '../ledger/manifest.ts';

const HOUR_MS = 3_600_000;
/** Below this time since the first dispatch, no rate is extrapolated from it, in milliseconds. */
const MIN_RATE_MS = 10_000;

/** Numbers about the speed and the quality of a run. Shares are from 0 to 1; null: nothing was measured. */
export interface RunMetrics {
  /** Agents that became done in the last hour; in the first hour extrapolated from the time since the first dispatch. */
  donePerHour: number | null;
  /** Attempts that repeated an earlier one, retries and fix cycles, by all attempts. */
  rework: number | null;
  /** Modules that are merged, by these and the merges that failed; null without a merge. */
  integration: number | null;
  /** How long gates, conflicts and gaps waited for a human, those that wait now too, in milliseconds. */
  waitedMs: number;
  waitingNow: number;
  /** Agents that the limits allow at the same time, for the models of this plan; at least the most that ran so. */
  slots: number;
  running: number;
  /** The most that ran at the same time. */
  peak: number;
  /** Slots without an agent. */
  headroom: number;
  /** Time of the attempts by the time of all slots. */
  utilisation: number | null;
  /** Time from the first dispatch to now, or to the last event of a run that has ended, in milliseconds. */
  elapsedMs: number;
  /** Estimated time left, in milliseconds: the median time of each model by what is left and the slots. */
  remainingMs: number | null;
}

/** Measures a run. Everything comes from its ledger and its plan. Pure. */
export function measureRun(snapshot: Snapshot): RunMetrics {
  const { plan, state, manifest } = snapshot;
  const agents = plan?.agents ?? [];
  const standings = new Map(agents.map((agent) => [agent.id, standingOf(snapshot, agent)]));
  const left = agents.filter(({ id }) => isLeft(standings.get(id)));
  const end = left.length > 0 && state.halted === undefined ? snapshot.now : state.lastEvent;
  const elapsedMs = Math.max(0, end - (state.flow.firstAt ?? end));
  const running = [...standings.values()].filter((standing) => standing === 'running').length;
  const slots = Math.max(state.flow.peak, countSlots(agents, manifest.limits));
  return {
    donePerHour: measureRate(snapshot, standings, elapsedMs),
    rework: measureRework(snapshot),
    integration: measureIntegration(snapshot),
    waitedMs:
      state.flow.waitedMs +
      [...state.flow.waiting.values()].reduce((sum, since) => sum + Math.max(0, snapshot.now - since), 0),
    waitingNow: state.flow.waiting.size,
    slots,
    running,
    peak: state.flow.peak,
    headroom: Math.max(0, slots - running),
    utilisation: elapsedMs > 0 ? Math.min(1, measureBusy(snapshot, end) / (slots * elapsedMs)) : null,
    elapsedMs,
    remainingMs: estimateRemaining(snapshot, left, slots),
  };
}

const isLeft = (standing: Standing | undefined) => standing !== 'done' && standing !== 'gap';

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

function measureRate(
  snapshot: Snapshot,
  standings: ReadonlyMap<string, Standing>,
  elapsedMs: number,
): number | null {
  const from = snapshot.now - HOUR_MS;
  const done = [...standings].filter(
    ([id, standing]) => standing === 'done' && stateOf(snapshot, id).touched > from,
  ).length;
  const { firstAt } = snapshot.state.flow;
  if (firstAt === undefined || elapsedMs < MIN_RATE_MS) return null;
  // Of a run that ended before the last hour began, the mean.
  if (done === 0) return Math.round((countDone(standings) * HOUR_MS) / elapsedMs);
  return Math.round((done * HOUR_MS) / Math.min(HOUR_MS, elapsedMs));
}

const countDone = (standings: ReadonlyMap<string, Standing>) =>
  [...standings.values()].filter((standing) => standing === 'done').length;

/** Builders and QC agents of a module after its first cycle: `build-auth.2`. */
const isCycle = (id: string) => /^(?:build|qc)-[^.]+\.\d+$/.test(id);

function measureRework({ state }: Snapshot): number | null {
  let [all, repeated] = [0, 0];
  for (const [id, { attempts }] of state.agents) {
    all += attempts;
    repeated += isCycle(id) ? attempts : Math.max(0, attempts - 1);
  }
  return share(repeated, all);
}

function measureIntegration({ state }: Snapshot): number | null {
  const modules = [...state.build.modules.values()];
  const merged = modules.filter((module) => module.merged !== undefined).length;
  return share(merged, merged + modules.reduce((sum, { failures }) => sum + failures, 0));
}

function measureBusy({ state }: Snapshot, end: number): number {
  return [...state.agents.values()].reduce(
    (sum, { busyMs, running }) => sum + busyMs + (running ? Math.max(0, end - running.at) : 0),
    0,
  );
}

/** A mix of models has a mean of their limits: each agent takes its part of the limit of its model. */
function countSlots(agents: readonly PlannedAgent[], limits: Limits): number {
  if (agents.length === 0) return limits.total;
  const load = agents.reduce((sum, agent) => sum + 1 / limitOf(agent, limits), 0);
  return Math.max(1, Math.min(limits.total, Math.floor(agents.length / load)));
}

function limitOf({ kind, model }: PlannedAgent, { models, commands, total }: Limits): number {
  if (kind === 'command') return commands;
  return model === null ? total : models[model];
}

function estimateRemaining(snapshot: Snapshot, left: readonly PlannedAgent[], slots: number): number | null {
  // The plan of a build grows: without an agent its next stage is not known.
  if (left.length === 0) return snapshot.manifest.mode === 'build' && !snapshot.state.reported ? null : 0;
  const typical = typicalTimes(snapshot);
  const any = typical.get('any');
  if (any === undefined) return null;
  const work = left.reduce((sum, agent) => {
    const whole = typical.get(modelOf(agent)) ?? any;
    const { running } = stateOf(snapshot, agent.id);
    return sum + (running ? Math.max(0, whole - (snapshot.now - running.at)) : whole);
  }, 0);
  return Math.round(work / Math.min(slots, left.length));
}

const modelOf = ({ kind, model }: PlannedAgent): string =>
  kind === 'command' ? 'command' : (model ?? 'any');

/** The median time of a done attempt in milliseconds, by model, and of `any`. */
function typicalTimes(snapshot: Snapshot): Map<string, number> {
  const times = new Map<string, number[]>();
  const add = (key: string, ms: number) => {
    const known = times.get(key);
    if (known) known.push(ms);
    else times.set(key, [ms]);
  };
  for (const agent of snapshot.plan?.agents ?? []) {
    const { doneMs } = stateOf(snapshot, agent.id);
    if (doneMs === undefined) continue;
    add('any', doneMs);
    if (modelOf(agent) !== 'any') add(modelOf(agent), doneMs);
  }
  return new Map([...times].map(([key, values]) => [key, medianOf(values)]));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
