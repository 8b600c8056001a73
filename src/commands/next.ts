import * as z from 'zod';
import { chooseDriver } from '../dispatch/choose-driver.ts';
import { type Action, decideNext, SESSION_DRIVERS } from '../dispatch/next.ts';
import { decideUnderLock, takeSnapshot } from '../dispatch/snapshot.io.ts';
import { gapsOf, type Snapshot, stateOf } from '../dispatch/standing.ts';
import { finishRun } from '../report/finish.io.ts';
import { accept } from '../result.ts';
import { bindSession, sessionOf, unbindRun } from '../run/sessions.io.ts';
import { appendEvents } from '../run/store.io.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'next',
  summary: 'Say the one next action of a run.',
  arguments: [ANY_RUN],
  options: [
    { flags: '--confirm', description: 'the user has seen the plan and wants it run' },
    {
      flags: '--driver <name>',
      description:
        'how this session carries the run out from now on: workflow (one call) or agent (one call an agent)',
      choices: SESSION_DRIVERS,
    },
  ],
  details: 'Asking twice without anything happening in between gives the same answer.',
  schema: z.object({
    run: z.string().optional(),
    confirm: z.boolean().optional(),
    driver: z.enum(SESSION_DRIVERS).optional(),
    ...runsDirOption,
  }),
  async handler({ run, confirm, driver, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const { dir, root } = found.value;
    const now = context.now();
    const session = sessionOf(context.env);
    const action = decideUnderLock(dir, now, (snapshot) => {
      if (confirm && snapshot.plan && !snapshot.state.confirmed) {
        appendEvents(dir, [{ type: 'plan-confirmed' }], now);
        snapshot.state.confirmed = true;
      }
      if (driver !== undefined && snapshot.state.driver !== driver) {
        appendEvents(dir, [{ type: 'driver-chosen', driver }], now);
        snapshot.state.driver = driver;
      }
      recordGaps(snapshot, now);
      const decided = decide(snapshot, session !== undefined);
      if (decided.action !== 'report') return decided;
      // Nobody has to be asked for what the engine can do itself: one turn of the parent less.
      finishRun(snapshot, now);
      return decide(takeSnapshot(dir, now), session !== undefined);
    });
    if (action.action === 'done') unbindRun(root, dir);
    else if (session !== undefined) bindSession(root, session, dir);
    return accept({ data: action }, found.diagnostics);
  },
  render: renderAction,
});

function decide(snapshot: Snapshot, isSession: boolean): Action {
  const { state, manifest, plan } = snapshot;
  const action = decideNext(snapshot, chooseDriver(state.driver ?? manifest.driver, isSession));
  return action.action === 'workflow' && plan
    ? { ...action, scriptPath: writeWorkflow(snapshot, plan) }
    : action;
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

/** A few short lines meant for a model's context. */
function renderAction(action: Action): string {
  const wave = action.wave === undefined ? '' : ` (wave ${action.wave})`;
  const lines = [`${action.action}${wave}${action.message ? `: ${action.message}` : ''}`];
  if (action.scriptPath) lines.push(`scriptPath: ${action.scriptPath}`);
  if (action.command) lines.push(`$ ${action.command}`);
  for (const { id, prompt } of action.agents ?? []) lines.push(`- ${id}: ${JSON.stringify(prompt)}`);
  return lines.join('\n');
}
