import type { QueueLimits } from '../model/types.ts';
import { openReadiness } from '../state/readiness.ts';
import type { QueueState, Task } from '../state/state.ts';
import { computeStats, isSeen, type Signal } from './compute-stats.ts';

const HOUR_MS = 3_600_000;

export interface ResourceUse {
  resource: string;
  capacity: number;
  /** Tasks that hold it now. */
  used: number;
  /** Ready tasks that need it and find no place. */
  waiting: number;
}

/** A recorded change of a capacity, and the tasks done in the hour before it and in the hour after it. */
export interface CapacityEffect {
  resource: string;
  from: number;
  to: number;
  by: string;
  reason: string;
  /** ms since the epoch. */
  at: number;
  doneBefore: number;
  doneAfter: number;
  /** The hour after it is not over. */
  isRunning: boolean;
}

/** What a queue has, what it lacks, what to acquire, and what earlier changes brought. */
export interface Capacity {
  slots: number;
  running: number;
  ready: number;
  limits: QueueLimits;
  resources: ResourceUse[];
  /** What ready tasks need and no executor that was seen lately can do. */
  missing: { need: string; tasks: number }[];
  signals: Signal[];
  /** The latest first. */
  changes: CapacityEffect[];
}

/** Assesses the capacity of a queue from its state alone. `now`: ms since the epoch. Pure. */
export function assessCapacity(state: QueueState, now: number): Capacity {
  const readiness = openReadiness(state);
  const ready = [...state.tasks.values()].filter((task) => readiness.of(task) === 'ready');
  const { slots, running, signals } = computeStats(state, now);
  return {
    slots,
    running,
    ready: ready.length,
    limits: state.limits,
    resources: measureResources(state, ready),
    missing: findMissing(state, ready, now),
    signals,
    changes: measureChanges(state, now).reverse(),
  };
}

function measureResources(state: QueueState, ready: readonly Task[]): ResourceUse[] {
  const held = [...state.claimed].flatMap((id) => state.tasks.get(id)?.spec.uses ?? []);
  return [...state.resources].map(([resource, capacity]) => {
    const used = held.filter((name) => name === resource).length;
    const wanting = ready.filter(({ spec }) => spec.uses.includes(resource)).length;
    return { resource, capacity, used, waiting: Math.max(0, wanting - Math.max(0, capacity - used)) };
  });
}

function findMissing(
  { executors }: QueueState,
  ready: readonly Task[],
  now: number,
): { need: string; tasks: number }[] {
  const able = new Set([...executors.values()].filter((one) => isSeen(one, now)).flatMap(({ can }) => can));
  const counts = new Map<string, number>();
  for (const need of ready.flatMap(({ spec }) => spec.needs).filter((name) => !able.has(name)))
    counts.set(need, (counts.get(need) ?? 0) + 1);
  return [...counts].map(([need, tasks]) => ({ need, tasks })).sort((a, b) => b.tasks - a.tasks);
}

function measureChanges({ capacityChanges, tasks }: QueueState, now: number): CapacityEffect[] {
  const done = [...tasks.values()].flatMap(({ doneAt }) => doneAt ?? []);
  const countDone = (from: number, to: number) => done.filter((at) => at >= from && at < to).length;
  return capacityChanges.map(({ reason = '', at, ...change }) => ({
    ...change,
    reason,
    at,
    doneBefore: countDone(at - HOUR_MS, at),
    doneAfter: countDone(at, at + HOUR_MS),
    isRunning: at + HOUR_MS > now,
  }));
}
