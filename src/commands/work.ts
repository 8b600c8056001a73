import { hostname } from 'node:os';
import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import { runErrors } from '../headless/wording.ts';
import type { ClaimRequest } from '../queue/decide/claim.ts';
import { queueProblems } from '../queue/wording.ts';
import { formatCost } from '../run/cost/amounts.ts';
import { isName, NAME_RULE } from '../run/ledger/names.ts';
import { identifyProcess } from '../system/process/identity.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { DELIVERIES } from '../teams/work/deliver-attempt.io.ts';
import { runExecutor, type WorkMode, type WorkResult } from '../teams/work/executor.io.ts';
import { findClones } from '../teams/work/repositories.io.ts';
import { openSetupQuestion } from '../workspace/worktree/approve-setup.io.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { wholeNumber } from './options.ts';
import { describeObstacles } from './queue-claims.ts';
import { executorName, listOption, QUEUE_OPTION, queueOption, withQueue } from './queue-options.ts';
import { RUNNER_OPTIONS, readRunnerOptions, runnerSchema } from './run.ts';
import { openWorkLive } from './work-live.ts';

const RUNNER_NAMES = ['--driver', '--command', '--max-cost', '--mcp'];

const schema = z.object({
  ...queueOption,
  executor: z.string().optional(),
  team: z.string().default(''),
  repo: z.array(z.string()).default([]),
  can: listOption,
  slots: wholeNumber.default(4),
  once: z.boolean().default(false),
  drain: z.boolean().default(false),
  deliver: z.enum(DELIVERIES, { error: `must be one of ${DELIVERIES.join(', ')}` }).default('branch'),
  timeout: wholeNumber.optional(),
  unattended: z.boolean().default(false),
  ...runnerSchema.pick({ driver: true, command: true, maxCost: true, mcp: true, runsDir: true }).shape,
});
type Input = z.infer<typeof schema>;

export const command = defineCommand<Input, WorkResult>({
  name: 'work',
  example: "sao work --driver command --command 'codex exec -' --drain",
  arguments: [],
  options: [
    QUEUE_OPTION,
    { flags: '--executor <name>', description: "name the executor (default: this machine's name)" },
    { flags: '--team <id>', description: 'use the tasks of this team only' },
    {
      flags: '--repo <name=path...>',
      description: 'name the clone of each repository to work in (default: the current repository)',
    },
    { flags: '--can <list>', description: 'name what the executor can do' },
    { flags: '--slots <n>', description: 'set how many tasks are worked on at once (default: 4)' },
    { flags: '--once', description: 'stop after one task' },
    { flags: '--drain', description: 'stop when nothing is left to claim and no task is running' },
    {
      flags: '--deliver <how>',
      description:
        "choose whether to push each task's work to a branch of its own, or also merge it into the task's branch",
      choices: DELIVERIES,
    },
    { flags: '--timeout <seconds>', description: 'stop an agent after this time (default: 3600)' },
    ...RUNNER_OPTIONS.filter(({ flags }) => RUNNER_NAMES.some((name) => flags.startsWith(name))),
    {
      flags: '--unattended',
      description: "run the project's setup command for worktrees without a terminal, as in a CI job",
    },
  ],
  details: `Each task gets a worktree of its own and an agent that reads the task's handoff. Its work counts if it is committed, changes only the task's paths, loses no test,
and passes the task's test; it is pushed before the task is completed. The claim is renewed until then. Only tasks of a plan that a human approved are started.
Exit codes: 0 every claimed task is done; 1 nothing to claim, or a task is not done; 3 the queue cannot be reached; 130 interrupted.`,
  schema,
  handler: workOnQueue,
  render: renderWork,
});

async function workOnQueue(input: Input, context: Context): Promise<Result<Answer<WorkResult>>> {
  const runner = readRunnerOptions(input);
  if (!runner.ok) return runner;
  const { driver = 'claude', template, maxCostUsd, mcp } = runner.value;
  if (driver === 'command' && maxCostUsd !== undefined) return runErrors.costUnknown();
  const clones = await findClones(input.repo, context.cwd);
  if (!clones.ok) return clones;
  const request = readRequest(input, [...clones.value.keys()], context);
  if (!request.ok) return request;
  const place = { cwd: context.cwd, env: context.env, stdinIsTerminal: context.stdinIsTerminal };
  const stopped = new AbortController();
  const stopListening = context.onInterrupt(() => stopped.abort());
  const answer = await withQueue(input, context, async (open): Promise<Result<Answer<WorkResult>>> => {
    const live = openWorkLive(open, request.value.executor, context);
    const worked = await runExecutor({
      ...{ open, request: request.value, clones: clones.value, mode: modeOf(input) },
      ...{ deliver: input.deliver, coder: { driver, template, mcp }, maxCostUsd },
      call: {
        ...{ ...context, ...place, note: live.note, flag: input.runsDir },
        confirmSetup: openSetupQuestion(context, stopped.signal),
        ...{ isUnattended: input.unattended, timeoutSeconds: input.timeout },
      },
    }).finally(live.close);
    return worked.ok ? accept({ data: worked.value, exit: exitOfWork(worked.value) }) : worked;
  });
  stopListening();
  return answer;
}

function modeOf({ once, drain }: Input): WorkMode {
  if (once) return 'once';
  return drain ? 'drain' : 'forever';
}

function readRequest(
  { executor = executorName(), slots, can, team }: Input,
  repos: string[],
  { env }: Context,
): Result<ClaimRequest> {
  if (!isName(executor)) return reject(queueProblems.badName('--executor', executor, NAME_RULE));
  return accept({
    executor: { id: executor, host: hostname(), slots, can, team, version: '1' },
    env: Object.keys(env),
    repos,
    process: identifyProcess(),
  });
}

function exitOfWork({ ends, isInterrupted }: WorkResult): 0 | 1 | 130 {
  if (isInterrupted) return 130;
  // Of a task with several attempts the last one counts.
  const last = [...new Map(ends.map(({ task, state }) => [task, state])).values()];
  return last.length > 0 && last.every((state) => state === 'done') ? 0 : 1;
}

function renderWork(result: WorkResult): string {
  const { executor, ends, obstacles } = result;
  const done = ends.filter(({ state }) => state === 'done').length;
  const cost = formatCost(result);
  return [
    ends.length === 0
      ? 'nothing to claim'
      : `${executor}: ${done} of ${countOf(ends.length, 'attempt')} done${cost === '' ? '' : `, ${cost}`}`,
    ...ends.map(
      ({ task, attempt, state, reason }) =>
        `${task}  attempt ${attempt}  ${state}  ${plainText(reason, 200)}`,
    ),
    ...describeObstacles(obstacles),
  ].join('\n');
}
