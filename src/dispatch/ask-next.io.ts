import { measureSession } from '../context/measure.io.ts';
import { finishRun } from '../report/finish.io.ts';
import { unwrap } from '../result.ts';
import { readProjectConfig } from '../run/project-config.io.ts';
import { sessionOf } from '../run/sessions.io.ts';
import { appendEvents } from '../run/store.io.ts';
import { recordWorkflowEnd } from '../workflow/ended.io.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import type { Action } from './action.ts';
import { holdCeiling } from './ceiling.ts';
import { type Choice, driverOf, driversHere, recordChoices } from './choice.io.ts';
import { decideNext, type SessionDriver } from './next.ts';
import { decideUnderLock, takeSnapshot } from './snapshot.io.ts';
import { gapsOf, type Snapshot, stateOf } from './standing.ts';

/** What the user has said beside the question. */
export interface Wishes {
  /** They have seen the plan and want it run. */
  confirm?: boolean | undefined;
  driver?: SessionDriver | undefined;
  /** Tokens that the run may cost the conversation from now on. */
  budget?: number | undefined;
}

export interface Asking {
  env: Choice['env'];
  now(): Date;
}

/** The one next action of a run with a plan of its own; what the engine can write by itself is written on the way. */
export function nextOfRun(
  dir: string,
  { confirm, driver, budget }: Wishes,
  { env, now: clock }: Asking,
): Action {
  const now = clock();
  return decideUnderLock(dir, now, (taken) => {
    const snapshot = recordWorkflowEnd(taken, now) ? takeSnapshot(dir, now) : taken;
    const choice = { config: unwrap(readProjectConfig(snapshot.manifest.project)), env };
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
  const action = holdCeiling(
    decideNext(snapshot, driverOf(snapshot, choice)),
    cost,
    budget,
    driversHere(snapshot, choice.env),
  );
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
