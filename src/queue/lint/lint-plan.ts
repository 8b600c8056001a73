import type { Problem } from '../../system/result.ts';
import type { IdeaPlan, Phase, TaskSpec } from '../model/types.ts';
import { lintTask } from './lint-task.ts';
import { overlaps } from './path-overlap.ts';

/** What a plan is compared with: the names that the queue knows. */
export interface LintContext {
  teams: ReadonlySet<string>;
  resources: ReadonlySet<string>;
  /** Ids of tasks of other ideas. */
  tasks: ReadonlySet<string>;
}

/** Pairs of tasks whose paths are compared, at most: a plan of 5,000 tasks without teams is not compared pair by pair for minutes. */
const MAX_PAIRS = 2_000_000;

/** All faults of a plan. A plan with faults is refused. */
export function lintPlan(plan: IdeaPlan, context: LintContext): Problem[] {
  return [
    ...plan.tasks.flatMap(lintTask),
    ...lintIds(plan),
    ...lintAllReferences(plan, context),
    ...lintOrder(plan),
    ...lintCycle(plan.tasks),
    ...lintPaths(plan.tasks),
  ];
}

function problem(code: string, target: string, message: string, fix: string): Problem {
  return { code, message: `${target}: ${message}`, target, fix };
}

function lintIds({ phases, tasks }: IdeaPlan): Problem[] {
  const twice = (ids: readonly string[]) => ids.filter((id, index) => ids.indexOf(id) < index);
  const count = new Map<string, number>();
  for (const { id } of tasks) count.set(id, (count.get(id) ?? 0) + 1);
  return [
    ...twice(phases.map(({ id }) => id)).map((id) =>
      problem('phase-twice', id, 'two phases have this id', 'rename one of them'),
    ),
    ...[...count].flatMap(([id, n]) =>
      n > 1 ? [problem('task-twice', id, 'two tasks have this id', 'rename one of them')] : [],
    ),
  ];
}

function lintAllReferences({ phases, tasks }: IdeaPlan, context: LintContext): Problem[] {
  const ids = new Set([...context.tasks, ...tasks.map(({ id }) => id)]);
  return tasks.flatMap((task) => lintReferences(task, phases, { ...context, tasks: ids }));
}

function lintReferences(task: TaskSpec, phases: readonly Phase[], context: LintContext): Problem[] {
  return [
    ...lintPhaseAndTeam(task, phases, context),
    ...task.after
      .filter((id) => !context.tasks.has(id))
      .map((id) => problem('task-after', task.id, `its dependency ${id} does not exist`, 'correct `after`')),
    ...task.uses
      .filter((name) => !context.resources.has(name))
      .map((name) =>
        problem(
          'task-resource',
          task.id,
          `the queue has no resource ${name}`,
          `sao queue init --resource ${name}=1`,
        ),
      ),
  ];
}

function lintPhaseAndTeam(task: TaskSpec, phases: readonly Phase[], { teams }: LintContext): Problem[] {
  const faults: Problem[] = [];
  const phase = phases.find(({ id }) => id === task.phase);
  if (!phase)
    faults.push(
      problem('task-phase', task.id, `there is no phase ${task.phase}`, 'name a phase of the plan'),
    );
  if (task.team !== '' && !teams.has(task.team))
    faults.push(problem('task-team', task.id, `there is no team ${task.team}`, `sao team set ${task.team}`));
  if (phase && phase.teams.length > 0 && !phase.teams.includes(task.team))
    faults.push(
      problem(
        'task-team',
        task.id,
        `its team is not one of phase ${phase.id}`,
        'correct the team, or the teams of the phase',
      ),
    );
  return faults;
}

/** A dependency on a later phase can never be done first; one on another coder's task of the same phase makes coders wait for each other. */
function lintOrder({ phases, tasks }: IdeaPlan): Problem[] {
  const place = new Map(phases.map(({ id }: Phase, index) => [id, index]));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return tasks.flatMap((task) =>
    task.after.flatMap((id) => {
      const other = byId.get(id);
      if (!other || other === task) return [];
      const distance = (place.get(other.phase) ?? 0) - (place.get(task.phase) ?? 0);
      if (distance > 0)
        return [
          problem(
            'task-later',
            task.id,
            `it waits for ${id} of a later phase`,
            'move one of them to another phase',
          ),
        ];
      const isOwn = task.coder !== '' && task.coder === other.coder && task.team === other.team;
      if (distance < 0 || isOwn) return [];
      return [
        problem(
          'task-waits',
          task.id,
          `it waits for ${id}, the task of another coder in the same phase`,
          'move it to a later phase, join both tasks, or give both to the same `coder`',
        ),
      ];
    }),
  );
}

/** Names one cycle of dependencies. */
function lintCycle(tasks: readonly TaskSpec[]): Problem[] {
  const after = new Map(tasks.map((task) => [task.id, task.after]));
  const done = new Set<string>();
  for (const { id } of tasks) {
    const cycle = findCycle(id, after, done);
    if (cycle)
      return [
        problem('task-cycle', id, `its dependencies are a cycle: ${cycle.join(' → ')}`, 'remove one of them'),
      ];
  }
  return [];
}

/** Depth first without recursion: a chain may have thousands of tasks. */
function findCycle(
  start: string,
  after: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | undefined {
  const path: string[] = [];
  const stack: { id: string; next: number }[] = [{ id: start, next: 0 }];
  const onPath = new Set<string>();
  while (stack.length > 0) {
    const top = stack.at(-1) as { id: string; next: number };
    if (top.next === 0) {
      if (done.has(top.id)) {
        stack.pop();
        continue;
      }
      path.push(top.id);
      onPath.add(top.id);
    }
    const next = after.get(top.id)?.[top.next];
    top.next += 1;
    if (next === undefined) {
      done.add(top.id);
      onPath.delete(top.id);
      path.pop();
      stack.pop();
    } else if (onPath.has(next)) return [...path.slice(path.indexOf(next)), next];
    else if (!done.has(next)) stack.push({ id: next, next: 0 });
  }
  return undefined;
}

/** Tasks of one phase that may change the same file at the same time. */
function lintPaths(tasks: readonly TaskSpec[]): Problem[] {
  const byPlace = new Map<string, TaskSpec[]>();
  for (const task of tasks) {
    if (task.paths.length === 0) continue;
    const key = JSON.stringify([task.phase, task.repo]);
    const siblings = byPlace.get(key);
    if (siblings) siblings.push(task);
    else byPlace.set(key, [task]);
  }
  let left = MAX_PAIRS;
  return [...byPlace.values()].flatMap((siblings) =>
    siblings.flatMap((task, index) => {
      const other = siblings.slice(0, index).find((each) => left-- > 0 && pathsMeet(task, each));
      return other === undefined
        ? []
        : [
            problem(
              'task-paths',
              task.id,
              `its paths overlap those of ${other.id} in the same phase`,
              'give each file to one task, or put the tasks into different phases',
            ),
          ];
    }),
  );
}

function pathsMeet(a: TaskSpec, b: TaskSpec): boolean {
  if (a.after.includes(b.id) || b.after.includes(a.id)) return false;
  return a.paths.some((path) => b.paths.some((other) => overlaps(path, other)));
}
