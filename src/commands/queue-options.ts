import { hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { AskClient } from '../mcp/server.ts';
import { approveByClient, approveInQueue, type QueueApproval } from '../queue/call/approve.io.ts';
import { type OpenQueue, openQueue } from '../queue/call/open-queue.io.ts';
import type { QueueView } from '../queue/decide/view.ts';
import type { lintPlan } from '../queue/lint/lint-plan.ts';
import type { Sealed } from '../queue/model/queue-event.ts';
import type { QueueState } from '../queue/state/state.ts';
import { queueProblems } from '../queue/wording.ts';
import { suggestName } from '../run/ledger/names.ts';
import { decodePlan, MAX_PLAN_BYTES } from '../run/plan/decode-plan.ts';
import { confirmWithHuman } from '../system/approval/confirm-with-human.ts';
import { readBoundedBytes } from '../system/files/bounded.ts';
import { describeFileError } from '../system/files/file-error.ts';
import { accept, type Result, reject, unwrap } from '../system/result.ts';
import type { Context, Option } from './command.ts';

/** The option of every command of the queue. */
export const QUEUE_OPTION: Option = {
  flags: '--queue <name>',
  description: 'use this queue (default: SAO_QUEUE, or the only queue of this machine)',
};

/** Options of commands that only a human may call. */
export const HUMAN_OPTIONS: readonly Option[] = [
  { flags: '--yes', description: 'skip the question; only in a terminal of your own' },
  { flags: '--sign', description: 'give the approval with a signature of your key (see sao approvals)' },
  { flags: '--signature <file>', description: 'give the approval by this signed record' },
];

export const queueOption = { queue: z.string().optional() };
export const humanOptions = {
  yes: z.boolean().default(false),
  sign: z.boolean().optional(),
  signature: z.string().optional(),
};

/** A list that an option takes: `a,b`. */
export const listOption = z
  .string()
  .optional()
  .transform((text = '') =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );

/** Opens the queue that a call names, and closes it after the work. */
export async function withQueue<T>(
  { queue }: { queue?: string | undefined },
  { env }: Pick<Context, 'env'>,
  work: (open: OpenQueue) => Promise<Result<T>>,
): Promise<Result<T>> {
  const opened = await openQueue(queue, env);
  if (!opened.ok) return opened;
  try {
    return await work(opened.value);
  } finally {
    await opened.value.call.close();
  }
}

/** Opens the queue and reads it once. */
export async function withView<T>(
  input: { queue?: string | undefined },
  context: Pick<Context, 'env'>,
  work: (view: QueueView, open: OpenQueue) => Result<T> | Promise<Result<T>>,
): Promise<Result<T>> {
  return withQueue(input, context, async (open) => {
    const view = await open.call.readView();
    return view.ok ? work(view.value, open) : view;
  });
}

/** The name of this machine, as the default name of an executor. */
export const executorName = (): string => suggestName(hostname()) || 'executor';

export interface HumanInput {
  yes: boolean;
  sign?: boolean | undefined;
  signature?: string | undefined;
}

/**
 * Proves that a human decides. `lines`: what the human sees before the question. Fails with a refusal if the answer is no.
 */
export async function confirmInQueue(
  { place, call }: OpenQueue,
  { state }: QueueView,
  subject: Pick<QueueApproval, 'stage' | 'action' | 'hash' | 'command' | 'note'> & {
    lines: readonly string[];
  },
  { yes, sign, signature }: HumanInput,
  context: Context,
): Promise<Result<Sealed>> {
  const { lines, ...claim } = subject;
  const request: QueueApproval = {
    ...{ ...claim, place, state, shown: call.place, sign, signature },
    env: context.env,
    cwd: context.cwd,
    isTerminal: context.stdinIsTerminal,
    now: context.now(),
  };
  const { askClient } = context;
  const proof = askClient
    ? await approveByClient(request, () => askByClient(askClient, subject))
    : await approveInQueue(request, () =>
        confirmWithHuman(
          { lines, purpose: subject.action, isSkipped: yes || signature !== undefined },
          context,
        ),
      );
  if (!proof.ok) return proof;
  return proof.value ? accept(proof.value) : reject(queueProblems.notConfirmed(subject.command));
}

/** Shows the human in the client what is decided. Only an explicit yes counts. */
async function askByClient(
  ask: AskClient,
  { action, lines }: { action: string; lines: readonly string[] },
): Promise<boolean> {
  const field = { type: 'boolean', title: `Yes, ${action}`, description: 'A model may not answer this.' };
  const schema = { type: 'object', properties: { confirm: field }, required: ['confirm'] };
  const answer = await ask([`Do you want to ${action}?`, ...lines].join('\n'), schema);
  return answer.action === 'accept' && answer.content.confirm === true;
}

/** Reads a plan's text from a file, or from standard input with `-`. Throws an ExpectedError if the file cannot be read or is no text. */
export async function readPlanText(file: string, { cwd, readStdin }: Context): Promise<string> {
  if (file === '-') return unwrap(decodePlan(await readStdin(), 'standard input'));
  const path = resolve(cwd, file);
  return unwrap(decodePlan(readPlanFile(path), path));
}

function readPlanFile(path: string): Uint8Array {
  try {
    return readBoundedBytes(path, MAX_PLAN_BYTES);
  } catch (error) {
    throw describeFileError(error, path, 'read the plan');
  }
}

/** What the lint compares a plan of an idea with. */
export function lintContext(state: QueueState, idea: string): Parameters<typeof lintPlan>[1] {
  const others = [...state.tasks.values()].filter(({ spec }) => spec.idea !== idea);
  return {
    teams: new Set(state.teams.keys()),
    resources: new Set(state.resources.keys()),
    tasks: new Set(others.map(({ spec }) => spec.id)),
  };
}
