import { dirname, join } from 'node:path';
import { cachedContractHash } from '../../pipeline/machine/contract-hash-cache.io.ts';
import { decideBuildAction, withEngineCommand } from '../../pipeline/machine/next.ts';
import { readBuildView } from '../../pipeline/machine/view.io.ts';
import { measureSession } from '../../run/cost/measure.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import { decideNext, holdCeiling, type SessionDriver } from '../../run/dispatch/next.ts';
import { parseReference } from '../../run/dispatch/reference.ts';
import {
  availableRunners,
  type RunnerContext,
  recordRunnerChoice,
  sessionRunnerOf,
} from '../../run/dispatch/runner-choice.io.ts';
import { decideUnderLock, readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import {
  endAttempt,
  gapsOf,
  isOutOfTime,
  type Snapshot,
  standingOf,
  stateOf,
} from '../../run/dispatch/standing.ts';
import { isAnyRunning } from '../../run/ledger/agent-state.ts';
import {
  buildDispatchedEvent,
  buildGapEvent,
  buildPlanConfirmedEvent,
  buildReleasedEvent,
} from '../../run/ledger/events.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import type { Plan } from '../../run/ledger/manifest.ts';
import type { ProjectConfig } from '../../run/ledger/project-config.ts';
import type { Approved, RunEvent } from '../../run/ledger/run-event.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { bindSession, sessionOf, unbindRun } from '../../run/ledger/sessions.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents, readManifest } from '../../run/ledger/store.io.ts';
import { listUnansweredSubagents } from '../../system/client/subagents.ts';
import { readTextLines } from '../../system/files/bounded.ts';
import { type Result, unwrap } from '../../system/result.ts';

/** Options of `sao next`. They stay in effect for later calls. */
export interface NextRequest {
  /** The user has seen the plan and wants it to run. */
  confirm?: boolean | undefined;
  driver?: SessionDriver | undefined;
  /** Tokens of this conversation that the run may use. */
  budget?: number | undefined;
}

/** Environment and time of a `sao next` call. */
export interface NextCaller extends LazyEffects {
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
}

/** Effects that few calls need and that load many modules, so the caller passes them in. Called under the run's lock. */
export interface LazyEffects {
  readConfig(project: string): Result<ProjectConfig>;
  /** How a human has confirmed the plan; the failure says how a human does. */
  proveConfirmation(snapshot: Snapshot, env: NextCaller['env']): Result<Approved>;
  /** Writes the report of a run whose agents have all ended. */
  finishRun(snapshot: Snapshot, now: Date): unknown;
  /** Compiles the remaining agents of a run into a Workflow script. Returns the script's path. */
  writeWorkflow(snapshot: Snapshot, plan: Plan): string;
}

/**
 * Returns the one next action of a run and records what it changes. Binds the calling session to the run until the run is done. Throws
 * an ExpectedError if a document of the run or the project's configuration is invalid. After an interrupted call, the next call
 * continues from the recorded events.
 */
export function askNext(
  { dir, root }: Pick<FoundRun, 'dir' | 'root'>,
  request: NextRequest,
  caller: NextCaller,
): Action {
  const isBuild = unwrap(readManifest(dir)).mode === 'build';
  const action = isBuild ? nextOfBuild({ dir, root }, request, caller) : nextOfRun(dir, request, caller);
  if (action.action !== 'done') bindCallingSession(root, dir, caller);
  // The last agent may have written its file and not yet returned: its hook ends the binding.
  else if (!isAnyRunning(readRunState(dir))) unbindRun(root, dir);
  return action;
}

function bindCallingSession(root: string, dir: string, { env }: NextCaller): void {
  const session = sessionOf(env);
  if (session !== undefined) bindSession(root, session, dir);
}

/** The next action of a build: of its stages or, while the build is audited, of the audit run. */
function nextOfBuild(
  { dir, root }: Pick<FoundRun, 'dir' | 'root'>,
  request: NextRequest,
  caller: NextCaller,
): Action {
  const readContract = (tree: string) => ({ contractHash: cachedContractHash(dir, tree, caller.now) });
  for (;;) {
    const next = decideUnderLock(dir, caller.now, (snapshot) =>
      decideBuildAction(readBuildView(snapshot, readContract)),
    );
    if (!('child' in next)) return next;
    const child = join(dirname(dir), next.child);
    const action = nextOfRun(child, request, caller);
    if (action.action !== 'done') {
      // This session also runs the agents of the audit. The build is bound after the audit run, so that `sao next` without a run means the build.
      bindCallingSession(root, child, caller);
      return withEngineCommand(action, next.run);
    }
    unbindRun(root, child);
  }
}

function nextOfRun(
  dir: string,
  { confirm, driver, budget }: NextRequest,
  { env, now, ...effects }: NextCaller,
): Action {
  return decideUnderLock(dir, now, (initialSnapshot) => {
    const snapshot = recordWorkflowEnd(initialSnapshot, now) ? readSnapshot(dir, now) : initialSnapshot;
    const choice = { config: unwrap(effects.readConfig(snapshot.manifest.project)), env };
    if (confirm && snapshot.plan && !snapshot.state.confirmed) {
      const proof = unwrap(effects.proveConfirmation(snapshot, env));
      appendEvents(dir, [buildPlanConfirmedEvent(proof)], now);
      snapshot.state.confirmed = true;
    }
    recordRunnerChoice(snapshot, choice, { driver, budget }, now);
    // A gap that is found after the report makes the report out of date.
    const current = recordGaps(snapshot, now) ? readSnapshot(dir, now) : snapshot;
    const decided = decide(current, choice, effects);
    if (decided.action !== 'report') return decided;
    // The engine writes the report itself, which saves a turn of the parent.
    effects.finishRun(current, now);
    return decide(readSnapshot(dir, now), choice, effects);
  });
}

function decide(snapshot: Snapshot, choice: RunnerContext, effects: LazyEffects): Action {
  const { plan, state } = snapshot;
  const session = sessionOf(choice.env);
  const cost = session === undefined ? undefined : measureSession(state, session);
  const budget = state.contextBudget ?? choice.config.contextBudget;
  const drivers = availableRunners(snapshot, choice.env);
  const action = holdCeiling(decideNext(snapshot, sessionRunnerOf(snapshot, choice)), cost, budget, drivers);
  return action.action === 'workflow' && plan
    ? { ...action, scriptPath: effects.writeWorkflow(snapshot, plan) }
    : action;
}

/** Records new gaps, so that the ledger has the time of each. Returns whether there are any. */
function recordGaps(snapshot: Snapshot, now: Date): boolean {
  const fresh = gapsOf(snapshot).filter(({ id }) => stateOf(snapshot, id).gap === undefined);
  appendEvents(
    snapshot.dir,
    fresh.map(({ id, reason }) => buildGapEvent(id, reason, 'engine')),
    now,
  );
  return fresh.length > 0;
}

/**
 * Records the end of a run's workflow, and of its agents, if it has ended. Returns whether it has. No hook reports this end, so the
 * notification is looked up in the conversation's transcript. Call it under the run's lock.
 */
export function recordWorkflowEnd(snapshot: Snapshot, now: Date): boolean {
  const { state, plan, dir } = snapshot;
  if (!state.workflow || !hasNotification(state)) return false;
  const { session } = state.workflow;
  const events: RunEvent[] = [{ type: 'workflow-ended', session }];
  for (const agent of plan?.agents ?? []) {
    const { running } = stateOf(snapshot, agent.id);
    if (running?.driver !== 'workflow' || standingOf(snapshot, agent) !== 'running') continue;
    events.push(buildReleasedEvent(agent.id, running.attempt, 'its workflow has ended'));
  }
  events.push(...findSilent(snapshot, session, now));
  appendEvents(dir, events, now);
  return true;
}

/**
 * The attempts of agents that started but made no tool call, so no hook recorded them: their model did not answer. Each counts as a
 * used attempt; otherwise the agent would be started again without end.
 */
function findSilent(snapshot: Snapshot, session: string, now: Date): RunEvent[] {
  const { state, plan, manifest } = snapshot;
  const begun = new Map<string, number>();
  return transcriptsOf(state)
    .flatMap(listUnansweredSubagents)
    .flatMap((one): RunEvent[] => {
      const label = parseReference(one.label);
      const agent = label?.run === manifest.id ? plan?.agents.find(({ id }) => id === label.id) : undefined;
      if (!agent || !['ready', 'retry'].includes(standingOf(snapshot, agent))) return [];
      const { attempts, allowed, toolUses } = stateOf(snapshot, agent.id);
      const attempt = (begun.get(agent.id) ?? attempts) + 1;
      if (toolUses.includes(one.id) || attempt > allowed || !isOutOfTime(agent, one.startedAt, now.getTime()))
        return [];
      begun.set(agent.id, attempt);
      const { id, wave } = agent;
      return [
        buildDispatchedEvent({ agent: id, attempt, wave, driver: 'workflow', session, toolUse: one.id }),
        endAttempt(snapshot, agent, attempt),
      ];
    });
}

function hasNotification(state: RunState): boolean {
  const toolUse = state.workflow?.toolUse;
  if (toolUse === undefined) return false;
  return transcriptsOf(state).some((transcript) => {
    try {
      for (const line of readTextLines(transcript))
        if (line.includes(`<tool-use-id>${toolUse}</tool-use-id>`)) return true;
      return false;
    } catch {
      return false;
    }
  });
}

/** The transcripts of all sessions that had the run: after `/clear`, a notification arrives in another one than that of the call. */
function transcriptsOf({ sessions }: RunState): string[] {
  return [...sessions.values()].flatMap(({ transcript }) => transcript ?? []);
}
