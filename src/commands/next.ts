import { dirname, join } from 'node:path';
import * as z from 'zod';
import { decideNextOfBuild } from '../build/next.ts';
import { viewOf } from '../build/view.io.ts';
import { measureSession } from '../context/measure.io.ts';
import type { Action } from '../dispatch/action.ts';
import { renderAction } from '../dispatch/action-text.ts';
import { holdCeiling } from '../dispatch/ceiling.ts';
import { type Choice, driverOf, recordChoices } from '../dispatch/choice.io.ts';
import { decideNext, SESSION_DRIVERS } from '../dispatch/next.ts';
import { decideDomain } from '../dispatch/next-tiered.ts';
import { decideUnderLock, previewSnapshot, takeSnapshot } from '../dispatch/snapshot.io.ts';
import { gapsOf, type Snapshot, stateOf } from '../dispatch/standing.ts';
import { dispatchersOf } from '../dispatch/tier.ts';
import { finishRun } from '../report/finish.io.ts';
import { accept, type Result, reject, unwrap } from '../result.ts';
import { readProjectConfig } from '../run/project-config.io.ts';
import { bindSession, sessionOf, unbindRun } from '../run/sessions.io.ts';
import { appendEvents, readManifest } from '../run/store.io.ts';
import { waitUntil } from '../verify/wait.io.ts';
import { recordWorkflowEnd } from '../workflow/ended.io.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
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
  summary: 'Say the one next action of a run.',
  arguments: [ANY_RUN],
  options: [
    { flags: '--confirm', description: 'the user has seen the plan and wants it run' },
    {
      flags: '--driver <name>',
      description:
        'how this session carries the run out from now on: one call for all (workflow), one a domain (tiered), one an agent (agent)',
      choices: SESSION_DRIVERS,
    },
    { flags: '--budget <tokens>', description: 'how much of this conversation the run may cost from now on' },
    { flags: '--domain <id>', description: 'what the coordinator of this domain does next (tiered)' },
    { flags: '--wait', description: 'with --domain: first wait until there is something to do' },
  ],
  details: 'Asking twice without anything happening in between gives the same answer.',
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
    const action = nextOfAny(dir, input, context);
    const session = sessionOf(context.env);
    if (action.action === 'done') unbindRun(root, dir);
    else if (session !== undefined) bindSession(root, session, dir);
    return accept({ data: action }, found.diagnostics);
  },
  render: renderAction,
});

/** Of a build the engine's stages are asked, and while it is audited the run that audits it. */
function nextOfAny(dir: string, input: Input, context: Context): Action {
  if (unwrap(readManifest(dir)).mode === 'audit') return nextOfRun(dir, input, context);
  const next = decideUnderLock(dir, context.now(), (snapshot) => decideNextOfBuild(viewOf(snapshot)));
  return 'child' in next ? nextOfRun(join(dirname(dir), next.child), input, context) : next;
}

function nextOfRun(dir: string, { confirm, driver, budget }: Input, context: Context): Action {
  const now = context.now();
  return decideUnderLock(dir, now, (taken) => {
    const snapshot = recordWorkflowEnd(taken, now) ? takeSnapshot(dir, now) : taken;
    const choice = { config: unwrap(readProjectConfig(snapshot.manifest.project)), env: context.env };
    if (confirm && snapshot.plan && !snapshot.state.confirmed) {
      appendEvents(dir, [{ type: 'plan-confirmed' }], now);
      snapshot.state.confirmed = true;
    }
    recordChoices(snapshot, choice, { driver, budget }, now);
    recordGaps(snapshot, now);
    const decided = decide(snapshot, choice);
    if (decided.action !== 'report') return decided;
    // Nobody has to be asked for what the engine can do itself: one turn of the parent less.
    finishRun(snapshot, now);
    return decide(takeSnapshot(dir, now), choice);
  });
}

function decide(snapshot: Snapshot, choice: Choice): Action {
  const { plan, state } = snapshot;
  const session = sessionOf(choice.env);
  const cost = session === undefined ? undefined : measureSession(state, session);
  const budget = state.contextBudget ?? choice.config.contextBudget;
  const action = holdCeiling(decideNext(snapshot, driverOf(snapshot, choice)), cost, budget);
  return action.action === 'workflow' && plan
    ? { ...action, scriptPath: writeWorkflow(snapshot, plan) }
    : action;
}

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

// The ledger tells when a worker was given up, not only that it was.
function recordGaps(snapshot: Snapshot, now: Date): void {
  const fresh = gapsOf(snapshot).filter(({ id }) => stateOf(snapshot, id).gap === undefined);
  appendEvents(
    snapshot.dir,
    fresh.map(({ id, reason }) => ({ type: 'gap', agent: id, reason, by: 'engine' as const })),
    now,
  );
}
