import { resolve } from 'node:path';
import * as z from 'zod';
import { countOf } from '../findings/words.ts';
import { findQueue, listQueues } from '../queue/call/queue-places.io.ts';
import { readUserConfig } from '../run/ledger/config.io.ts';
import { findProject, findRepository } from '../run/ledger/project.io.ts';
import { readProjectConfig } from '../run/ledger/project-config.io.ts';
import { approverOfCommands } from '../run/plan/approve.ts';
import { confirmWithHuman } from '../system/approval/confirm-with-human.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { isInAgent, isInSession } from '../system/process/caller.ts';
import { accept, type Result, reject, unwrap } from '../system/result.ts';
import { findLocalWork } from '../teams/wrap-up/find-local-work.io.ts';
import { type LocalWork, localWork, renderSummary, type Unpushed } from '../teams/wrap-up/local-work.ts';
import { readQueueFacts } from '../teams/wrap-up/queue-facts.ts';
import { runWrapUpCheck } from '../teams/wrap-up/run-check.io.ts';
import { pushRef } from '../workspace/merge/push.io.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { runsDirOption } from './options.ts';
import { QUEUE_OPTION, queueOption, withView } from './queue-options.ts';

const schema = z.object({
  ...queueOption,
  repo: z.array(z.string()).default([]),
  push: z.boolean().default(false),
  write: z.string().optional(),
  unattended: z.boolean().default(false),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;

interface WrapUp {
  items: LocalWork[];
  pushed: string[];
  summary: string;
}

export const command = defineCommand<Input, WrapUp>({
  name: 'wrap-up',
  example: 'sao wrap-up --push',
  arguments: [],
  options: [
    QUEUE_OPTION,
    { flags: '--repo <path...>', description: 'check these repositories (default: the current one)' },
    { flags: '--push', description: 'skip the question, and push all branches and tags that are only here' },
    { flags: '--write <file>', description: 'write the summary into this file' },
    { flags: '--unattended', description: "run the project's checks without a terminal, as in a CI job" },
  ],
  details: `Looks at every worktree and submodule for uncommitted files, stashes, commits and tags that no remote has, rescued work, and at the queue for claims and open questions.
The content of Git LFS is pushed with the commits that name it, and submodules before the repository around them. A branch is not pushed if that fails.
"wrapUp" of .orchestration/config.json adds checks of the project. On a terminal it asks before it pushes.
Exit codes: 0 nothing is only on this machine; 1 something is, or could not be checked; 3 the queue cannot be reached.`,
  schema,
  handler: wrapUp,
  render: ({ items, pushed, summary }) =>
    [
      ...pushed.map((ref) => `pushed: ${ref}`),
      ...items.flatMap(({ place, what, fix }) => [`${place}: ${what}`, `  fix: ${fix}`]),
      ...(items.length === 0 ? ['nothing is only on this machine'] : []),
      '',
      summary.trimEnd(),
    ].join('\n'),
});

async function wrapUp(input: Input, context: Context): Promise<Result<Answer<WrapUp>>> {
  const repositories = findRepositories(input, context);
  if (!repositories.ok) return repositories;
  const queue = await readQueue(input, context);
  if (!queue.ok) return queue;
  let found = await findAll(repositories.value);
  const pushed = await pushAll(found.unpushed, input, context);
  if (pushed.length > 0) found = await findAll(repositories.value);
  const checks = await runChecks(repositories.value, input, context);
  const items = [...found.items, ...queue.value.items, ...checks.items];
  const summary = renderSummary(queue.value.facts, items, checks.names);
  if (input.write !== undefined) writeAtomic(resolve(context.cwd, input.write), summary);
  return accept({ data: { items, pushed, summary }, exit: items.length === 0 ? 0 : 1 });
}

function findRepositories({ repo }: Input, { cwd }: Context): Result<string[]> {
  const found: string[] = [];
  for (const given of repo.length === 0 ? ['.'] : repo) {
    const place = resolve(cwd, given);
    const directory = findRepository(place);
    if (directory === undefined)
      return reject({
        code: 'repository-missing',
        message: `${place} is not in a git repository`,
        target: '--repo',
        fix: 'name the folder of a repository',
      });
    found.push(directory);
  }
  return accept([...new Set(found)]);
}

/** Nothing of a queue if this machine has none, or several and none is named. */
async function readQueue(input: Input, context: Context): Promise<Result<ReturnType<typeof readQueueFacts>>> {
  const isNamed = input.queue !== undefined || Boolean(context.env.SAO_QUEUE);
  const none = { items: [], facts: { done: [], next: [], blockers: [] } };
  if (!isNamed && listQueues(context.env).length !== 1) return accept(none);
  const place = findQueue(input.queue, context.env);
  if (!place.ok) return place;
  return withView(input, context, ({ state, now }) => accept(readQueueFacts(state, now)));
}

async function findAll(
  directories: readonly string[],
): Promise<{ items: LocalWork[]; unpushed: Unpushed[] }> {
  const found: Awaited<ReturnType<typeof findLocalWork>>[] = [];
  for (const directory of directories) found.push(await findLocalWork(directory));
  return { items: found.flatMap(({ items }) => items), unpushed: found.flatMap(({ unpushed }) => unpushed) };
}

async function pushAll(unpushed: readonly Unpushed[], { push }: Input, context: Context): Promise<string[]> {
  if (unpushed.length === 0) return [];
  if (!push) {
    if (!context.stdinIsTerminal || context.isJson) return [];
    const lines = unpushed.map(({ directory, ref }) => `${directory}: ${ref}`);
    if (!(await confirmWithHuman({ lines, purpose: `push ${countOf(unpushed.length, 'ref')}` }, context)))
      return [];
  }
  const pushed: string[] = [];
  for (const each of unpushed) {
    const fault = await pushRef(each.directory, each);
    if (fault === undefined) pushed.push(`${each.ref} to ${each.remote}`);
    else context.note(`${each.directory}: ${each.ref} was not pushed: ${fault}`);
  }
  return pushed;
}

async function runChecks(
  directories: readonly string[],
  { unattended }: Input,
  context: Context,
): Promise<{ names: string[]; items: LocalWork[] }> {
  const names: string[] = [];
  const items: LocalWork[] = [];
  for (const directory of directories) {
    const project = unwrap(findProject(directory));
    for (const { name, command } of unwrap(readProjectConfig(project)).wrapUp) {
      names.push(name);
      const reason = isApproved(command, unattended, context)
        ? await runWrapUpCheck(command, project, context)
        : 'no human has approved its command on this machine';
      if (reason !== undefined) items.push(localWork.check(project, name, reason, `run it: ${command}`));
    }
  }
  return { names, items };
}

/** The project names the command, and the project may be anyone's. */
function isApproved(command: string, isUnattended: boolean, { env, stdinIsTerminal }: Context): boolean {
  const isAllowed = unwrap(readUserConfig(env)).allowCommands.includes(command);
  const caller = { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal: stdinIsTerminal };
  return approverOfCommands({ ...caller, isUnattended }, { isAllowed, isAnswered: false }) !== undefined;
}
