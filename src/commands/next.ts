import { join } from 'node:path';
import * as z from 'zod';
import type { Action } from '../run/dispatch/action.ts';
import { renderAction } from '../run/dispatch/action-text.ts';
import { SESSION_DRIVERS } from '../run/dispatch/next.ts';
import { decideDomain } from '../run/dispatch/next-tiered.ts';
import { decideUnderLock, previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { dispatchersOf, type Snapshot } from '../run/dispatch/standing.ts';
import { waitUntil } from '../run/status/wait.io.ts';
import { answerNext, peekNext } from '../session/next/answer.io.ts';
import { answerPatiently } from '../session/next/patience.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption, wholeNumber } from './options.ts';

/** The client ends a shell command after two minutes. */
const WAIT_MS = 90_000;

interface Input {
  run?: string | undefined;
  confirm?: boolean | undefined;
  driver?: (typeof SESSION_DRIVERS)[number] | undefined;
  budget?: number | undefined;
  domain?: string | undefined;
  wait?: boolean | undefined;
  runsDir?: string | undefined;
}

export const command = defineCommand<Input, Action>({
  name: 'next',
  example: 'sao next --json',
  arguments: [ANY_RUN],
  options: [
    { flags: '--confirm', description: 'record that the user approved the plan' },
    {
      flags: '--driver <name>',
      description:
        'set how this session runs the agents from now on: by one call (workflow), one call per domain (tiered) or one per agent (agent)',
      choices: SESSION_DRIVERS,
    },
    {
      flags: '--budget <tokens>',
      description: 'set how many tokens of this conversation the run may use from now on',
    },
    {
      flags: '--domain <id>',
      description: 'print the next action of the coordinator of this domain (tiered)',
    },
    { flags: '--wait', description: 'with --domain: first wait until there is an action' },
  ],
  details: 'Prints the same action again until the state of the run changes.',
  schema: z.object({
    run: z.string().optional(),
    confirm: z.boolean().optional(),
    driver: z.enum(SESSION_DRIVERS).optional(),
    budget: wholeNumber.optional(),
    domain: z.string().optional(),
    wait: z.boolean().optional(),
    ...runsDirOption,
  }),
  async handler(input, context) {
    const found = findRun(input, context);
    if (!found.ok) return found;
    const { dir, root } = found.value;
    if (input.domain !== undefined) return nextOfDomain(dir, input.domain, input.wait === true, context);
    const answer = await answerNext({ dir, root }, input, { ...context, terminal: context });
    const { action, isInterrupted } = await answerPatiently({ dir }, answer, {
      env: context.env,
      peek: () => peekNext({ dir, root }, context),
      answer: () => answerNext({ dir, root }, {}, context),
      now: context.now,
      onInterrupt: context.onInterrupt,
    });
    return accept({ data: action, ...(isInterrupted ? { exit: 130 } : {}) }, found.diagnostics);
  },
  render: renderAction,
});

async function nextOfDomain(
  dir: string,
  domain: string,
  isPatient: boolean,
  context: Context,
): Promise<Result<Answer<Action>>> {
  const look = (snapshot: Snapshot) => actionOfDomain(snapshot, domain);
  if (isPatient) {
    await waitUntil({
      folders: [dir, join(dir, 'workers'), join(dir, 'synthesis')],
      isOver: () => look(previewSnapshot(dir, context.now()))?.action !== 'wait',
      timeoutMs: WAIT_MS,
      onInterrupt: context.onInterrupt,
    });
  }
  const action = decideUnderLock(dir, context.now(), look);
  if (action) return accept({ data: action });
  return reject({
    code: 'domain-without-dispatcher',
    message: `no coordinator dispatches the workers of "${domain}" in this run`,
    target: domain,
    fix: 'run `sao next` without --domain',
  });
}

function actionOfDomain(snapshot: Snapshot, domain: string): Action | undefined {
  const { plan, state } = snapshot;
  const coordinator = plan && dispatchersOf(plan, state).find((agent) => agent.domain === domain);
  return plan && coordinator ? decideDomain(snapshot, plan, coordinator) : undefined;
}
