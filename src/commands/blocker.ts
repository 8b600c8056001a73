import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { decideResolve, findOpenBlocker, hashAnswer } from '../queue/decide/blockers.ts';
import { queueProblems } from '../queue/wording.ts';
import { formatDuration } from '../run/ledger/duration.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, runsDirOption } from './options.ts';
import type { QueueData } from './queue-input.ts';
import {
  confirmInQueue,
  HUMAN_OPTIONS,
  humanOptions,
  QUEUE_OPTION,
  queueOption,
  withView,
} from './queue-options.ts';

const ACTIONS = ['list', 'resolve'] as const;

const schema = z.object({
  action: oneOf(ACTIONS),
  blocker: z.string().optional(),
  ...queueOption,
  answer: z.string().default(''),
  all: z.boolean().default(false),
  ...humanOptions,
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;

export const command = defineCommand<Input, QueueData>({
  name: 'blocker',
  example: "sao blocker resolve b1 --answer 'Use the staging account'",
  arguments: [actionArgument(ACTIONS), { name: '[blocker]', description: 'resolve: name the blocker' }],
  options: [
    QUEUE_OPTION,
    { flags: '--answer <text>', description: 'resolve: give the answer; it goes into the next handoff' },
    { flags: '--all', description: 'list: also show blockers that were answered' },
    ...HUMAN_OPTIONS,
  ],
  details: `A question for the leader is answered by the role leader, one for a human by a human only (docs/approvals.md).
Exit codes: 0 success; 1 list: there are blockers without an answer; 2 refused, or wrong input; 3 the queue cannot be reached.`,
  schema,
  handler: (input, context) =>
    input.action === 'list' ? listBlockers(input, context) : resolveBlocker(input, context),
  render: ({ lines }) => lines.join('\n'),
});

function listBlockers(input: Input, context: Context): Promise<Result<Answer<QueueData>>> {
  return withView(input, context, ({ state, now }) => {
    const open = [...state.blockers.values()].filter(({ answer }) => answer === undefined);
    const blockers = input.all ? [...state.blockers.values()] : open;
    const lines = blockers.map(
      ({ id, task, kind, question, at, answer, ...blocker }) =>
        `${id}  ${task}  ${kind}  for ${blocker.for}  ${formatDuration(now - at)} ago  ${plainText(question, 120)}${answer === undefined ? '' : `  answered: ${plainText(answer, 120)}`}`,
    );
    return accept({
      data: { action: 'list', lines: lines.length === 0 ? ['no open blockers'] : lines, blockers },
      exit: open.length > 0 ? 1 : 0,
    });
  });
}

async function resolveBlocker(input: Input, context: Context): Promise<Result<Answer<QueueData>>> {
  const { blocker: id, answer } = input;
  if (id === undefined) return reject(queueProblems.argumentMissing('the blocker', 'sao blocker list'));
  return withView(input, context, async (view, open) => {
    const found = findOpenBlocker(view.state, id);
    if (!found.ok) return found;
    const blocker = found.value;
    const command = `sao blocker resolve ${id} --answer TEXT`;
    const claim = { stage: `blocker/${id}`, action: 'answer', hash: hashAnswer(blocker, answer), command };
    const lines = [`question: ${plainText(blocker.question)}`, `answer: ${plainText(answer)}`];
    const proof =
      blocker.for === 'human'
        ? await confirmInQueue(open, view, { ...claim, lines }, input, context)
        : undefined;
    if (proof && !proof.ok) return proof;
    const done = await open.call.decide((fresh) => decideResolve(fresh, id, answer, proof?.value));
    if (!done.ok) return done;
    const said = [`answered: ${id}; task ${done.value.task} can be claimed again`];
    return accept({ data: { action: 'resolve', lines: said, ...done.value } });
  });
}
