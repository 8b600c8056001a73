import { plainText } from '../../findings/plain-text.ts';
import type { Team } from '../model/types.ts';
import { openReadiness, type ShownState } from '../state/readiness.ts';
import type { QueueState, Task } from '../state/state.ts';
import type { TeamStats } from '../stats/compute-stats.ts';

/** What a coder is shown as having: the first of these states that one of its tasks has. */
const ORDER: readonly ShownState[] = ['claimed', 'blocked', 'dead', 'stuck', 'ready', 'waiting'];

/** Draws the clusters, their teams with leaders, and the coders with what each works on, a line each. Pure. */
export function drawTeamTree(state: QueueState, stats: readonly TeamStats[]): string[] {
  const teams = [...state.teams.values()].sort(
    (a, b) => a.cluster - b.cluster || a.id.localeCompare(b.id, 'en'),
  );
  const clusters = [...new Set(teams.map(({ cluster }) => cluster))];
  const readiness = openReadiness(state);
  const shown = [...state.tasks.values()].map((task) => ({ task, now: readiness.of(task) }));
  return clusters.flatMap((cluster) => [
    `cluster ${cluster}`,
    ...branch(
      teams.filter((team) => team.cluster === cluster),
      (team) => [describeTeam(team, stats), ...branch(rowsOf(team, shown), (row) => [row])],
    ),
  ]);
}

/** Puts the branches of a tree in front of the lines of each item. */
function branch<T>(items: readonly T[], linesOf: (item: T) => string[]): string[] {
  return items.flatMap((item, index) => {
    const isLast = index === items.length - 1;
    return linesOf(item).map((line, row) =>
      row === 0 ? `${isLast ? '└ ' : '├ '}${line}` : `${isLast ? '  ' : '│ '}${line}`,
    );
  });
}

function describeTeam({ id, leader, focus }: Team, stats: readonly TeamStats[]): string {
  const own = stats.find(({ team }) => team === id);
  const counts = `${own?.done ?? 0} of ${own?.assigned ?? 0} done, ${own?.running ?? 0} running, ${own?.blocked ?? 0} blocked`;
  const lead = leader === '' ? 'no leader' : `leader ${plainText(leader, 40)}`;
  return `${id}: ${counts}; ${lead}${focus === '' ? '' : `; ${plainText(focus, 80)}`}`;
}

interface ShownTask {
  task: Task;
  now: ShownState;
}

/** A row for each coder, and one for the team's open tasks that are meant for none of them. */
function rowsOf({ id, coders }: Team, shown: readonly ShownTask[]): string[] {
  const own = shown.filter(({ task, now }) => task.spec.team === id && ORDER.includes(now));
  const rest = own.filter(({ task }) => !coders.includes(task.spec.coder));
  return [
    ...coders.map((coder) =>
      describeCoder(
        coder,
        own.filter(({ task }) => task.spec.coder === coder),
      ),
    ),
    ...(rest.length > 0 ? [`any coder: ${describeTasks(rest)}`] : []),
  ];
}

const describeCoder = (coder: string, tasks: readonly ShownTask[]): string =>
  `${plainText(coder, 40)}: ${tasks.length === 0 ? 'no open task' : describeTasks(tasks)}`;

function describeTasks(tasks: readonly ShownTask[]): string {
  const [first] = [...tasks].sort((a, b) => ORDER.indexOf(a.now) - ORDER.indexOf(b.now));
  if (!first) return '';
  const more = tasks.length > 1 ? ` and ${tasks.length - 1} more` : '';
  return `${first.task.spec.id} ${first.now}${more}`;
}
