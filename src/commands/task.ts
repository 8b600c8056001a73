import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { openTaskCheck } from '../queue/decide/approved-task.ts';
import { hashCompletion } from '../queue/decide/human-claim.ts';
import {
  type Changed,
  decideCancel,
  decideCompleteByHand,
  decideNote,
  decideRetry,
  decideSetTask,
  findOpenTask,
} from '../queue/decide/tasks.ts';
import type { QueueDecision, QueueView } from '../queue/decide/view.ts';
import { describeTask } from '../queue/describe/describe-task.ts';
import { renderHandoff } from '../queue/handoff/render-handoff.ts';
import { lintPlan } from '../queue/lint/lint-plan.ts';
import { readQueuePlan } from '../queue/plan/read-plan.ts';
import { openReadiness } from '../queue/state/readiness.ts';
import type { Task } from '../queue/state/state.ts';
import { queueProblems } from '../queue/wording.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, runsDirOption } from './options.ts';
import type { QueueData } from './queue-input.ts';
import {
  confirmInQueue,
  HUMAN_OPTIONS,
  humanOptions,
  lintContext,
  QUEUE_OPTION,
  queueOption,
  readPlanText,
  withQueue,
  withView,
} from './queue-options.ts';

const ACTIONS = ['show', 'lint', 'handoff', 'complete', 'cancel', 'retry', 'note', 'set'] as const;

const schema = z.object({
  action: oneOf(ACTIONS),
  subject: z.string(),
  ...queueOption,
  reason: z.string().default(''),
  text: z.string().default(''),
  to: z.string().default('leader'),
  priority: z.string().regex(/^\d$/, { error: 'must be 0 to 9' }).transform(Number).optional(),
  team: z.string().optional(),
  model: z.string().optional(),
  ...humanOptions,
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;
type Handler = (input: Input, context: Context) => Promise<Result<Answer<QueueData>>>;

export const command = defineCommand<Input, QueueData>({
  name: 'task',
  example: 'sao task show i1.schema',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '<subject>',
      description: 'lint: read this file with a plan, or standard input with -; other actions: name the task',
    },
  ],
  options: [
    QUEUE_OPTION,
    { flags: '--reason <text>', description: 'complete, cancel, retry: give the reason, which is kept' },
    { flags: '--text <text>', description: 'note: give the note; the next executor reads it in its handoff' },
    { flags: '--to <who>', description: 'note: name the receiver (default: leader)' },
    { flags: '--priority <n>', description: 'set: change the priority, 0 to 9; 9 is claimed first' },
    { flags: '--team <id>', description: 'set: give the task to this team' },
    { flags: '--model <name>', description: 'set: change the model' },
    ...HUMAN_OPTIONS,
  ],
  details: `handoff prints the document that an executor works from. complete and cancel end a task without a claim: an executor that works on it is told
\`taken\`. complete needs a human; cancel needs the role owner. retry gives a dead task its attempts again, and frees a stuck one from dependencies that are dead
or cancelled.
Exit codes: 0 success; 1 lint: the plan has faults; 2 refused, or wrong input; 3 the queue cannot be reached.`,
  schema,
  handler: async (input, context) => HANDLERS[input.action](input, context),
  render: ({ lines }) => lines.join('\n'),
});

const HANDLERS: Record<Input['action'], Handler> = {
  show: (input, context) =>
    withTask(input, context, ({ state }, task) => {
      // A token settles a claim, so it is shown only to the executor that claims.
      const attempts = task.attempts.map(({ token: _, ...attempt }) => attempt);
      const data = { ...task, attempts };
      const shown = openReadiness(state).of(task);
      const lines = describeTask(state, task);
      return accept({ data: { action: 'show', lines, task: { ...data, state: shown } } });
    }),
  handoff: (input, context) =>
    withTask(input, context, ({ state, findIdeaFault }, task) => {
      const fault = findIdeaFault && openTaskCheck(state, findIdeaFault)(task.spec);
      if (fault !== undefined) return reject(queueProblems.notHandedOut(task.spec, fault));
      const handoff = renderHandoff(state, task);
      return accept({ data: { action: 'handoff', lines: [handoff], handoff } });
    }),
  async lint(input, context) {
    const plan = readQueuePlan(await readPlanText(input.subject, context), 'plan');
    if (!plan.ok) return plan;
    const faults = await lintWithQueue(input, context, plan.value);
    if (!faults.ok) return faults;
    const lines =
      faults.value.length === 0
        ? [`${plan.value.tasks.length} tasks, no faults`]
        : faults.value.flatMap(({ code, message, fix = '' }) => [`${code}: ${message}`, `  fix: ${fix}`]);
    return accept({
      data: { action: 'lint', lines, faults: faults.value },
      exit: faults.value.length > 0 ? 1 : 0,
    });
  },
  complete: (input, context) =>
    withView(input, context, async (view, open) => {
      const { subject: id, reason } = input;
      if (reason.trim() === '') return reject(queueProblems.reasonMissing('task complete'));
      const found = findOpenTask(view, id);
      if (!found.ok) return found;
      const command = `sao task complete ${id} --reason TEXT`;
      const claim = { stage: `task/${id}`, action: 'complete', hash: hashCompletion(id, reason), command };
      const lines = [...describeTask(view.state, found.value.task), `reason: ${plainText(reason)}`];
      const proof = await confirmInQueue(open, view, { ...claim, lines }, input, context);
      if (!proof.ok) return proof;
      const done = await open.call.decide((fresh) => decideCompleteByHand(fresh, id, reason, proof.value));
      return done.ok ? accept(answerChanged('complete', done.value)) : done;
    }),
  cancel: (input, context) =>
    change(input, context, (view) => decideCancel(view, input.subject, input.reason)),
  retry: (input, context) => change(input, context, (view) => decideRetry(view, input.subject, input.reason)),
  note: (input, context) =>
    change(input, context, (view) => decideNote(view, input.subject, { to: input.to, text: input.text })),
  set: (input, context) => {
    const { priority, team, model } = input;
    if (priority === undefined && team === undefined && model === undefined)
      return Promise.resolve(
        reject(queueProblems.argumentMissing('what to change', `sao task set ${input.subject} --priority 7`)),
      );
    return change(input, context, (view) => decideSetTask(view, input.subject, { priority, team, model }));
  },
};

/** A plan can be linted before there is a queue: then any team and resource counts as known. */
async function lintWithQueue(
  input: Input,
  context: Context,
  plan: Parameters<typeof lintPlan>[0],
): Promise<Result<ReturnType<typeof lintPlan>>> {
  const linted = await withView(input, context, ({ state }) =>
    accept(lintPlan(plan, lintContext(state, 'plan'))),
  );
  if (linted.ok || linted.diagnostics[0]?.code !== 'queue-missing' || input.queue !== undefined)
    return linted;
  const { tasks } = plan;
  const teams = new Set(tasks.map(({ team }) => team));
  const resources = new Set(tasks.flatMap(({ uses }) => uses));
  return accept(lintPlan(plan, { teams, resources, tasks: new Set() }));
}

function withTask(
  input: Input,
  context: Context,
  work: (view: QueueView, task: Task) => Result<Answer<QueueData>>,
): Promise<Result<Answer<QueueData>>> {
  return withView(input, context, (view) => {
    const task = view.state.tasks.get(input.subject);
    return task ? work(view, task) : reject(queueProblems.unknown('task', input.subject, 'sao queue check'));
  });
}

function change(
  input: Input,
  context: Context,
  decide: (view: QueueView) => Result<QueueDecision<Changed>>,
): Promise<Result<Answer<QueueData>>> {
  return withQueue(input, context, async ({ call }) => {
    const done = await call.decide(decide);
    return done.ok ? accept(answerChanged(input.action, done.value)) : done;
  });
}

function answerChanged(action: string, changed: Changed): Answer<QueueData> {
  const { task, state, unblocked } = changed;
  const lines = [`${task}: ${state}`];
  if (unblocked.length > 0) lines.push(`ready now: ${unblocked.slice(0, 20).join(', ')}`);
  return { data: { action, lines, ...changed } };
}
