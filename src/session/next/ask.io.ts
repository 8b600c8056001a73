import { dirname, join } from 'node:path';
import { cachedContractHash } from '../../pipeline/machine/contract-seen.io.ts';
import { decideBuildAction, withEngineCommand } from '../../pipeline/machine/next.ts';
import { readBuildView } from '../../pipeline/machine/view.io.ts';
import { measureSession } from '../../run/cost/measure.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import { holdCeiling } from '../../run/dispatch/ceiling.ts';
import { decideNext, type SessionDriver } from '../../run/dispatch/next.ts';
import {
  availableRunners,
  type RunnerContext,
  recordRunnerChoice,
  sessionRunnerOf,
} from '../../run/dispatch/runner-choice.io.ts';
import { decideUnderLock, takeSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { gapsOf, type Snapshot, stateOf } from '../../run/dispatch/standing.ts';
import { buildGapEvent } from '../../run/ledger/attempt-events.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import type { Plan } from '../../run/ledger/manifest.ts';
import type { ProjectConfig } from '../../run/ledger/project-config.ts';
import { buildPlanConfirmedEvent } from '../../run/ledger/run-events.ts';
import { bindSession, sessionOf, unbindRun } from '../../run/ledger/sessions.io.ts';
import { appendEvents, readManifest } from '../../run/ledger/store.io.ts';
import { type Result, unwrap } from '../../system/result.ts';
import { recordWorkflowEnd } from '../workflow/ended.io.ts';

/** What the user wants of a run from now on. */
export interface Wish {
  /** They have seen the plan and want it run. */
  confirm?: boolean | undefined;
  driver?: SessionDriver | undefined;
  /** Tokens of this conversation. */
  budget?: number | undefined;
}

/** Who asks, when, and with what at hand. */
export interface Asker extends Means {
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
}

/** What an answer needs now and then, and what takes more to load than all the rest. Called under the run's lock. */
export interface Means {
  readConfig(project: string): Result<ProjectConfig>;
  /** Writes the report of a run in which nothing is open. */
  finishRun(snapshot: Snapshot, now: Date): unknown;
  /** Compiles what is left of a run; answers the script's path. */
  writeWorkflow(snapshot: Snapshot, plan: Plan): string;
}

/**
 * The one next action of a run, recorded where it changes something; the session that asks is bound to the run until it is over.
 * Throws an ExpectedError where a document of the run or its project's configuration is wrong. Asked again after it was cut short it
 * goes on from what was recorded.
 */
export function askNext({ dir, root }: Pick<FoundRun, 'dir' | 'root'>, wish: Wish, asker: Asker): Action {
  const isBuild = unwrap(readManifest(dir)).mode === 'build';
  const action = isBuild ? nextOfBuild({ dir, root }, wish, asker) : nextOfRun(dir, wish, asker);
  if (action.action === 'done') unbindRun(root, dir);
  else bind(root, dir, asker);
  return action;
}

function bind(root: string, dir: string, { env }: Asker): void {
  const session = sessionOf(env);
  if (session !== undefined) bindSession(root, session, dir);
}

/** The engine's stages are asked, and while the build is audited the run that audits it. */
function nextOfBuild({ dir, root }: Pick<FoundRun, 'dir' | 'root'>, wish: Wish, asker: Asker): Action {
  const hashOf = (tree: string) => cachedContractHash(dir, tree, asker.now);
  for (;;) {
    const next = decideUnderLock(dir, asker.now, (snapshot) =>
      decideBuildAction(readBuildView(snapshot, hashOf)),
    );
    if (!('child' in next)) return next;
    const child = join(dirname(dir), next.child);
    const action = nextOfRun(child, wish, asker);
    if (action.action !== 'done') {
      // Its agents are this session's; `sao next` without a run means the build all the same, which is marked after it.
      bind(root, child, asker);
      return withEngineCommand(action, next.run);
    }
    unbindRun(root, child);
  }
}

function nextOfRun(dir: string, { confirm, driver, budget }: Wish, { env, now, ...means }: Asker): Action {
  return decideUnderLock(dir, now, (taken) => {
    const snapshot = recordWorkflowEnd(taken, now) ? takeSnapshot(dir, now) : taken;
    const choice = { config: unwrap(means.readConfig(snapshot.manifest.project)), env };
    if (confirm && snapshot.plan && !snapshot.state.confirmed) {
      appendEvents(dir, [buildPlanConfirmedEvent()], now);
      snapshot.state.confirmed = true;
    }
    recordRunnerChoice(snapshot, choice, { driver, budget }, now);
    recordGaps(snapshot, now);
    const decided = decide(snapshot, choice, means);
    if (decided.action !== 'report') return decided;
    // The engine writes the report itself, which saves a turn of the parent.
    means.finishRun(snapshot, now);
    return decide(takeSnapshot(dir, now), choice, means);
  });
}

function decide(snapshot: Snapshot, choice: RunnerContext, means: Means): Action {
  const { plan, state } = snapshot;
  const session = sessionOf(choice.env);
  const cost = session === undefined ? undefined : measureSession(state, session);
  const budget = state.contextBudget ?? choice.config.contextBudget;
  const drivers = availableRunners(snapshot, choice.env);
  const action = holdCeiling(decideNext(snapshot, sessionRunnerOf(snapshot, choice)), cost, budget, drivers);
  return action.action === 'workflow' && plan
    ? { ...action, scriptPath: means.writeWorkflow(snapshot, plan) }
    : action;
}

// The ledger tells when a worker was given up, not only that it was.
function recordGaps(snapshot: Snapshot, now: Date): void {
  const fresh = gapsOf(snapshot).filter(({ id }) => stateOf(snapshot, id).gap === undefined);
  appendEvents(
    snapshot.dir,
    fresh.map(({ id, reason }) => buildGapEvent(id, reason, 'engine')),
    now,
  );
}
