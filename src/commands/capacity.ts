import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { decideSetQueue } from '../queue/decide/settings.ts';
import { readTitle } from '../queue/decide/texts.ts';
import { assessCapacity, type Capacity, type CapacityEffect } from '../queue/stats/assess-capacity.ts';
import { queueProblems } from '../queue/wording.ts';
import { isName, NAME_RULE } from '../run/ledger/names.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, runsDirOption } from './options.ts';
import type { QueueData } from './queue-input.ts';
import { QUEUE_OPTION, queueOption, withQueue, withView } from './queue-options.ts';

const ACTIONS = ['show', 'set'] as const;
/** Changes that are listed without `--json`. */
const MAX_CHANGES = 10;

const schema = z.object({
  action: oneOf(ACTIONS),
  resource: z.string().optional(),
  number: z
    .string()
    .regex(/^\d{1,7}$/, { error: 'must be a whole number' })
    .transform(Number)
    .optional(),
  ...queueOption,
  reason: z.string().optional(),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;
type Handler = (input: Input, context: Context) => Promise<Result<Answer<QueueData>>>;

export const command = defineCommand<Input, QueueData>({
  name: 'capacity',
  example: 'sao capacity set deploy 2',
  arguments: [
    actionArgument(ACTIONS),
    { name: '[resource]', description: 'set: name the resource, such as deploy or api' },
    { name: '[number]', description: 'set: give its capacity; 0 removes it' },
  ],
  options: [QUEUE_OPTION, { flags: '--reason <text>', description: 'set: say why, for the history' }],
  details: `A resource limits how many tasks that use it run at a time. What is shown is computed from the queue: slots and limits (assess), what ready tasks lack
(identify), what to add (acquire), and what each earlier change brought, as tasks done in the hour before and after it (monitor). \`set\` records a change (deploy).
Exit codes: 0 success; 2 refused, or wrong input; 3 the queue cannot be reached.`,
  schema,
  handler: async (input, context) => HANDLERS[input.action](input, context),
  render: ({ lines }) => lines.join('\n'),
});

const HANDLERS: Record<Input['action'], Handler> = {
  show: (input, context) =>
    withView(input, context, ({ state, now }) => {
      const capacity = assessCapacity(state, now);
      return accept({ data: { action: 'show', lines: describeCapacity(capacity), capacity } });
    }),
  set: async ({ resource = '', number, reason, queue }, context) => {
    if (!isName(resource)) return reject(queueProblems.badName('resource', resource, NAME_RULE));
    if (number === undefined)
      return reject(queueProblems.argumentMissing('the capacity', `sao capacity set ${resource} 1`));
    const why = reason === undefined ? undefined : readTitle(reason, 'reason');
    if (why && !why.ok) return why;
    const change = { limits: {}, resources: new Map([[resource, number]]), reason: why?.value };
    return withQueue({ queue }, context, async ({ call }) => {
      const done = await call.decide((view) => decideSetQueue(view, change));
      if (!done.ok) return done;
      const lines = [done.value.changed > 0 ? `${resource}: ${number}` : `${resource} is ${number} already`];
      return accept({ data: { action: 'set', lines, resource, number } });
    });
  },
};

function describeCapacity({
  slots,
  running,
  ready,
  limits,
  resources,
  missing,
  signals,
  changes,
}: Capacity): string[] {
  const { perRepo, perTeam } = limits;
  return [
    `assess: ${running} of ${slots} slots busy, ${ready} tasks ready; at most ${perRepo} of a repository and ${perTeam} of a team at a time`,
    ...resources.map(
      ({ resource, capacity, used, waiting }) =>
        `assess: ${resource}: ${used} of ${capacity} in use, ${waiting} ready tasks wait for it`,
    ),
    ...missing.map(
      ({ need, tasks }) =>
        `identify: ${tasks} ready tasks need ${plainText(need, 60)}, which no executor has`,
    ),
    ...signals.map(({ text }) => `acquire: ${text}`),
    ...changes.slice(0, MAX_CHANGES).map(describeChange),
    ...(changes.length > MAX_CHANGES ? [`… and ${changes.length - MAX_CHANGES} earlier changes`] : []),
  ];
}

function describeChange(change: CapacityEffect): string {
  const { resource, from, to, by, reason, at, doneBefore, doneAfter, isRunning } = change;
  const why = reason === '' ? '' : ` (${plainText(reason, 100)})`;
  const effect = `${doneBefore} tasks done in the hour before, ${doneAfter} in the hour after${isRunning ? ' so far' : ''}`;
  return `monitor: ${new Date(at).toISOString()} ${resource} ${from} → ${to} by ${plainText(by, 60)}${why}: ${effect}`;
}
