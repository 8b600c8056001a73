import {
  buildTaskGraph,
  chooseStarts,
  criticalPaths,
  type Schedule,
  type ScheduledAgent,
  type TaskStanding,
} from '../../src/headless/schedule.ts';
import type { Limits } from '../../src/run/ledger/manifest.ts';
import { FULL_WAVE, weightOf } from '../../src/run/plan/waves.ts';

/** A task of a simulated run, with the seconds that it will take. */
export interface TimedTask extends ScheduledAgent {
  seconds: number;
}

export interface Simulated {
  /** Seconds from the first start to the last end. */
  makespan: number;
  starts: ReadonlyMap<string, number>;
}

/**
 * Plays a run through without processes: the same decisions, with a clock that jumps from end to end.
 * `foresees`: whether the schedule knows how long agents take.
 */
export function simulate(
  tasks: readonly TimedTask[],
  schedule: Schedule,
  limits: Limits,
  foresees = true,
): Simulated {
  const seconds = new Map(tasks.map((task) => [task.id, task.seconds]));
  const expected = ({ id }: ScheduledAgent) => (foresees ? (seconds.get(id) ?? 1) : 1);
  const graph = buildTaskGraph(tasks);
  const ends = new Map<string, number>();
  const starts = new Map<string, number>();
  let now = 0;
  const standing = (id: string): TaskStanding => {
    const end = ends.get(id);
    if (end === undefined) return 'open';
    return end > now ? 'running' : 'settled';
  };
  while (starts.size < tasks.length || [...ends.values()].some((end) => end > now)) {
    for (const id of chooseStarts(graph, standing, { schedule, limits, expected })) {
      starts.set(id, now);
      ends.set(id, now + (seconds.get(id) ?? 0));
    }
    const later = [...ends.values()].filter((end) => end > now);
    if (later.length > 0) now = Math.min(...later);
    else if (starts.size < tasks.length && !tasks.some(({ id }) => standing(id) === 'settled')) break;
  }
  return { makespan: now, starts };
}

/** No schedule can be shorter: the longest chain, and the work divided by the capacity. Seconds. */
export function lowerBound(tasks: readonly TimedTask[], limits: Limits): number {
  const seconds = new Map(tasks.map((task) => [task.id, task.seconds]));
  const paths = criticalPaths(buildTaskGraph(tasks), { expected: ({ id }) => seconds.get(id) ?? 0 });
  const work = tasks.reduce(
    (sum, task) => sum + (weightOf(task.model, limits) / FULL_WAVE) * task.seconds,
    0,
  );
  return Math.max(0, work, ...paths.values());
}
