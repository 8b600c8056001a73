import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { decideSetTeam } from '../queue/decide/settings.ts';
import { drawTeamTree } from '../queue/describe/team-tree.ts';
import { openReadiness } from '../queue/state/readiness.ts';
import type { QueueState } from '../queue/state/state.ts';
import { computeStats } from '../queue/stats/compute-stats.ts';
import { queueProblems } from '../queue/wording.ts';
import { isName, NAME_RULE } from '../run/ledger/names.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, runsDirOption } from './options.ts';
import type { QueueData } from './queue-input.ts';
import { listOption, QUEUE_OPTION, queueOption, withQueue, withView } from './queue-options.ts';

const ACTIONS = ['list', 'show', 'set'] as const;

const schema = z.object({
  action: oneOf(ACTIONS),
  team: z.string().optional(),
  ...queueOption,
  focus: z.string().optional(),
  leader: z.string().optional(),
  coders: listOption,
  cluster: z
    .string()
    .regex(/^\d{1,3}$/, { error: 'must be 1 to 4' })
    .transform(Number)
    .optional(),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;
type Handler = (input: Input, context: Context) => Promise<Result<Answer<QueueData>>>;

export const command = defineCommand<Input, QueueData>({
  name: 'team',
  example: 'sao team set team-1 --focus infrastructure --coders c1.1,c1.2,c1.3,c1.4',
  arguments: [
    actionArgument(ACTIONS),
    { name: '[team]', description: 'set: name the team; show: without a team, all of them as a tree' },
  ],
  options: [
    QUEUE_OPTION,
    { flags: '--focus <text>', description: 'set: describe what the team works on' },
    { flags: '--leader <name>', description: 'set: name the leader' },
    { flags: '--coders <list>', description: 'set: name the coders; their number is the share of the team' },
    { flags: '--cluster <n>', description: 'set: give the cluster, 1 to 4' },
  ],
  details: `A cluster has up to 4 teams of a leader and 4 coders; more is a warning. There are at most 4 clusters.
Exit codes: 0 success; 2 refused, or wrong input; 3 the queue cannot be reached.`,
  schema,
  handler: async (input, context) => HANDLERS[input.action](input, context),
  render: ({ lines }) => lines.join('\n'),
});

function showTree(state: QueueState, now: number): Result<Answer<QueueData>> {
  const { teams: stats } = computeStats(state, now);
  const tree = drawTeamTree(state, stats);
  const lines = tree.length === 0 ? ['no teams'] : tree;
  return accept({ data: { action: 'show', lines, teams: [...state.teams.values()], stats } });
}

const HANDLERS: Record<Input['action'], Handler> = {
  list: (input, context) =>
    withView(input, context, ({ state, now }) => {
      const { teams: stats } = computeStats(state, now);
      const teams = [...state.teams.values()].map((team) => ({
        ...team,
        stats: stats.find((each) => each.team === team.id),
      }));
      const lines = teams.map(
        ({ id, focus, cluster, coders, stats: counts }) =>
          `${id}  cluster ${cluster}  ${coders.length} coders  ${counts?.running ?? 0} running, ${counts?.ready ?? 0} ready, ${counts?.blocked ?? 0} blocked, ${counts?.done ?? 0} of ${counts?.assigned ?? 0} done  ${plainText(focus, 80)}`,
      );
      return accept({ data: { action: 'list', lines: lines.length === 0 ? ['no teams'] : lines, teams } });
    }),
  show: (input, context) =>
    withView(input, context, ({ state, now }) => {
      if (input.team === undefined) return showTree(state, now);
      const team = state.teams.get(input.team);
      if (!team) return reject(queueProblems.unknown('team', input.team, 'sao team list'));
      const counts = computeStats(state, now).teams.find((each) => each.team === team.id);
      const readiness = openReadiness(state);
      const tasks = [...state.tasks.values()].filter(({ spec }) => spec.team === team.id);
      const open = tasks.filter((task) => !['done', 'cancelled', 'planned'].includes(readiness.of(task)));
      const blockers = [...state.blockers.values()].filter(
        ({ task, answer }) => answer === undefined && state.tasks.get(task)?.spec.team === team.id,
      );
      const lines = [
        `${team.id}: ${plainText(team.focus)} (cluster ${team.cluster})`,
        `leader: ${plainText(team.leader)}; coders: ${team.coders.map((name) => plainText(name)).join(', ') || 'none'}`,
        `tasks: ${counts?.done ?? 0} of ${counts?.assigned ?? 0} done, ${counts?.running ?? 0} running, ${counts?.ready ?? 0} ready, ${counts?.blocked ?? 0} blocked`,
        ...open
          .slice(0, 20)
          .map((task) => `${task.spec.id}  ${readiness.of(task)}  ${plainText(task.spec.title, 100)}`),
        ...blockers.map(({ id, task, question }) => `blocker ${id} of ${task}: ${plainText(question, 120)}`),
      ];
      return accept({ data: { action: 'show', lines, team, counts, blockers } });
    }),
  set: (input, context) => {
    const { team: id = '' } = input;
    if (!isName(id)) return Promise.resolve(reject(queueProblems.badName('team', id, NAME_RULE)));
    return withQueue(input, context, async ({ call }) => {
      const done = await call.decide((view) => {
        const known = view.state.teams.get(id);
        return decideSetTeam(view, {
          id,
          focus: input.focus ?? known?.focus ?? '',
          leader: input.leader ?? known?.leader ?? '',
          coders: input.coders.length > 0 ? input.coders : (known?.coders ?? []),
          cluster: input.cluster ?? known?.cluster ?? 1,
        });
      });
      if (!done.ok) return done;
      const { team } = done.value;
      const lines = [`${team.id}: ${team.coders.length} coders, cluster ${team.cluster}`];
      return accept({ data: { action: 'set', lines, team } }, done.diagnostics);
    });
  },
};
