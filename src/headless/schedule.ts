import type { Limits, Model, PlannedAgent } from '../run/ledger/manifest.ts';
import { addLoad, hasRoom, type Load, NO_LOAD } from '../run/plan/waves.ts';

export const SCHEDULES = ['waves', 'rolling'] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** What a schedule needs to know of an agent. */
export interface ScheduledAgent {
  id: string;
  /** null: carried out by the engine itself. */
  model: Model | null;
  wave: number;
  /** What must be settled before it starts: `after` of a worker, the inputs of a coordinator. */
  needs: readonly string[];
}

/** The agents of a plan in the form that each decision needs. Build it once for a plan. */
export interface TaskGraph {
  tasks: readonly ScheduledAgent[];
  /** By id, the tasks that need it. */
  dependents: ReadonlyMap<string, readonly ScheduledAgent[]>;
  /** The tasks, those of the last wave first: each after all that depend on it, because these are in later waves. */
  lastFirst: readonly ScheduledAgent[];
}

/** `open`: may start; `retry`: may start again; `held`: may not start yet; `running`: uses capacity; `settled`: done or a gap. */
export type TaskStanding = 'open' | 'retry' | 'held' | 'running' | 'settled';

export interface Policy {
  schedule: Schedule;
  limits: Limits;
  /** Expected seconds of an agent, from agents that ended before; equal for all agents if none has ended. */
  expected(task: ScheduledAgent): number;
}

export function taskOf({ id, model, wave, after, inputs }: PlannedAgent): ScheduledAgent {
  return { id, model, wave, needs: [...after, ...inputs] };
}

export function buildTaskGraph(tasks: readonly ScheduledAgent[]): TaskGraph {
  const dependents = new Map<string, ScheduledAgent[]>();
  for (const task of tasks) {
    for (const need of task.needs) {
      const those = dependents.get(need);
      if (those) those.push(task);
      else dependents.set(need, [task]);
    }
  }
  return { tasks, dependents, lastFirst: [...tasks].sort((a, b) => b.wave - a.wave) };
}

/**
 * The agents that start now, in order. Never over capacity, never before what they need is settled.
 * `waves`: only of the first wave that is not settled, first attempts before second ones. `rolling`: every agent that can start,
 * what holds up most first. Pure.
 */
export function chooseStarts(
  graph: TaskGraph,
  standing: (id: string) => TaskStanding,
  policy: Policy,
): string[] {
  const { tasks } = graph;
  const running = tasks.filter(({ id }) => standing(id) === 'running');
  const load = running.reduce((sum, task) => addLoad(sum, task, policy.limits), NO_LOAD);
  const due = policy.schedule === 'rolling' ? dueNow(graph, standing, policy) : dueInWave(tasks, standing);
  return fill(due, load, policy.limits);
}

function dueInWave(
  tasks: readonly ScheduledAgent[],
  standing: (id: string) => TaskStanding,
): ScheduledAgent[] {
  const unsettled = tasks.filter(({ id }) => standing(id) !== 'settled');
  const wave = unsettled.reduce((least, task) => Math.min(least, task.wave), Number.POSITIVE_INFINITY);
  const is = (wanted: TaskStanding) =>
    unsettled.filter((task) => task.wave === wave && standing(task.id) === wanted);
  return [...is('open'), ...is('retry')];
}

function dueNow(graph: TaskGraph, standing: (id: string) => TaskStanding, policy: Policy): ScheduledAgent[] {
  const isDue = ({ id, needs }: ScheduledAgent) =>
    (standing(id) === 'open' || standing(id) === 'retry') &&
    needs.every((need) => standing(need) === 'settled');
  const due = graph.tasks.filter(isDue);
  if (due.length < 2) return due;
  const rank = criticalPaths(graph, policy);
  return due.sort((a, b) => (rank.get(b.id) ?? 0) - (rank.get(a.id) ?? 0));
}

function fill(due: readonly ScheduledAgent[], start: Load, limits: Limits): string[] {
  let load = start;
  const starts: string[] = [];
  for (const task of due) {
    if (!hasRoom(load, task, limits)) continue;
    load = addLoad(load, task, limits);
    starts.push(task.id);
  }
  return starts;
}

/** For each agent the expected seconds from its start to the end of all that depends on it. */
export function criticalPaths(
  { dependents, lastFirst }: TaskGraph,
  policy: Pick<Policy, 'expected'>,
): Map<string, number> {
  const paths = new Map<string, number>();
  for (const task of lastFirst) {
    let longest = 0;
    for (const { id } of dependents.get(task.id) ?? []) longest = Math.max(longest, paths.get(id) ?? 0);
    paths.set(task.id, longest + policy.expected(task));
  }
  return paths;
}
