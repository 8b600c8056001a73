import type { ContextCost } from '../cost/context-cost.ts';
import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { commandsHash } from '../plan/approve.ts';
import { renderDomainLines, summarizeDomains } from '../plan/domain-lines.ts';
import { addLoad, hasRoom, NO_LOAD } from '../plan/waves.ts';
import type { Action } from './action.ts';
import { callOf } from './call.ts';
import { decideTier } from './next-tiered.ts';
import {
  gapsOf,
  holdOf,
  isSettled,
  runningLoad,
  type Snapshot,
  type Standing,
  standingOf,
} from './standing.ts';
import { waitForService } from './wait-for-service.ts';
import { admissionErrors, nextActionTexts } from './wording.ts';

/** The runners that a session can use. */
export const SESSION_DRIVERS = ['workflow', 'tiered', 'agent'] as const;
export type SessionDriver = (typeof SESSION_DRIVERS)[number];

/** Decides the one next action of a run from its snapshot. Pure. */
export function decideNext(snapshot: Snapshot, driver: SessionDriver = 'agent'): Action {
  return noteOutlived(snapshot, decideAction(snapshot, driver));
}

const UNDER_WAY: ReadonlySet<string> = new Set(['wait', 'dispatch', 'retry', 'coordinate']);

/** Says that agents of a killed runner still work: their attempts are not started again meanwhile. */
function noteOutlived({ outlived, manifest }: Snapshot, action: Action): Action {
  const count = outlived?.size ?? 0;
  if (count === 0 || !UNDER_WAY.has(action.action)) return action;
  return { ...action, message: `${action.message} ${nextActionTexts.outlived(count, manifest.id)}` };
}

function decideAction(snapshot: Snapshot, driver: SessionDriver): Action {
  const { manifest, plan, state } = snapshot;
  const run = manifest.id;
  if (!plan) return { action: 'plan', run, command: `sao plan ${run} -`, message: nextActionTexts.plan() };
  if (state.halted !== undefined) {
    return {
      action: 'halted',
      run,
      command: `sao run ${run}`,
      message: nextActionTexts.halted(state.halted),
    };
  }
  if (!state.confirmed) {
    return {
      action: 'confirm',
      run,
      command: `sao next ${run} --confirm`,
      message: nextActionTexts.confirm(state.dispatchedAny),
      shown: renderDomainLines(summarizeDomains(plan)),
    };
  }
  if (snapshot.planChanged) return { action: 'ask', run, message: admissionErrors.planChanged(run) };
  const tier = driver === 'tiered' ? workOnTier(snapshot, plan) : undefined;
  if (tier) return tier;
  const open = openWave(snapshot, plan.agents);
  if (open) return workOn(snapshot, open.wave, open.agents, driver);
  if (!state.reported)
    return { action: 'report', run, command: `sao report ${run} --brief`, message: nextActionTexts.report() };
  return {
    action: 'done',
    run,
    message: nextActionTexts.done(plan.agents.length, gapsOf(snapshot), state.findings, snapshot.dir),
  };
}

/** The next action of a tiered run: first commands, which no coordinator may start; then the coordinators; then remaining agents wave by wave. */
function workOnTier(snapshot: Snapshot, plan: Plan): Action | undefined {
  const commands = plan.agents.filter(
    (agent) => agent.command !== null && ['ready', 'retry'].includes(standingOf(snapshot, agent)),
  );
  const [first] = commands;
  return first ? runCommands(snapshot, first.wave, commands) : decideTier(snapshot, plan);
}

/** Decides the next action for agents that can all start, in any waves: those of a build. Pure. */
export function decideDue(snapshot: Snapshot, agents: readonly PlannedAgent[]): Action {
  const due = agents.map((agent) => ({ agent, standing: standingOf(snapshot, agent) }));
  return noteOutlived(snapshot, workOn(snapshot, Math.max(...agents.map(({ wave }) => wave)), due, 'agent'));
}

interface Due {
  agent: PlannedAgent;
  standing: Standing;
}

/** The first wave with an agent that is neither done nor a gap. */
function openWave(
  snapshot: Snapshot,
  agents: readonly PlannedAgent[],
): { wave: number; agents: Due[] } | undefined {
  const due = agents
    .map((agent) => ({ agent, standing: standingOf(snapshot, agent) }))
    .filter(({ standing }) => !isSettled(standing));
  if (due.length === 0) return undefined;
  const wave = Math.min(...due.map(({ agent }) => agent.wave));
  return { wave, agents: due.filter(({ agent }) => agent.wave === wave) };
}

function workOn(snapshot: Snapshot, wave: number, due: readonly Due[], driver: SessionDriver): Action {
  const is = (kind: PlannedAgent['kind'], standing: Standing) =>
    due.filter((entry) => entry.agent.kind === kind && entry.standing === standing).map(({ agent }) => agent);
  const commands = [...is('command', 'ready'), ...is('command', 'retry')];
  if (commands.length > 0) return runCommands(snapshot, wave, commands);
  const running = due.filter(({ standing }) => standing === 'running').length;
  if (driver === 'workflow') {
    const isRefused = running === 0 && snapshot.state.service.holds.size > 0;
    const held = isRefused
      ? waitForService(
          snapshot,
          due.map(({ agent }) => agent),
          wave,
        )
      : undefined;
    return held ?? workflow(snapshot, wave, running);
  }
  const ready = fitting(snapshot, is('agent', 'ready'));
  if (ready.length > 0)
    return dispatch(snapshot, ready[0]?.role === 'coordinator' ? 'coordinate' : 'dispatch', wave, ready);
  if (running > 0) return wait(snapshot, wave, running);
  const again = fitting(snapshot, is('agent', 'retry'));
  if (again.length > 0) return dispatch(snapshot, 'retry', wave, again);
  const agents = due.map(({ agent }) => agent);
  return waitForService(snapshot, agents, wave) ?? waitForRunning(snapshot, wave);
}

// After a retry in an earlier wave, running agents of a later wave may already use the whole capacity.
function waitForRunning(snapshot: Snapshot, wave: number): Action {
  const running = (snapshot.plan?.agents ?? []).filter((agent) => standingOf(snapshot, agent) === 'running');
  return wait(snapshot, running[0]?.wave ?? wave, running.length);
}

function wait(snapshot: Snapshot, wave: number, running: number): Action {
  const run = snapshot.manifest.id;
  return {
    action: 'wait',
    run,
    wave,
    command: `sao verify ${run} --wave ${wave} --wait`,
    message: nextActionTexts.wait(running),
  };
}

// A workflow has no running agent between two waves, so it counts as running until its session was silent for this long.
const SILENCE_MS = 60_000;

function workflow(snapshot: Snapshot, wave: number, running: number): Action {
  const run = snapshot.manifest.id;
  const { state, now } = snapshot;
  const isUnderWay = state.workflow !== undefined && now - state.lastEvent < SILENCE_MS;
  if ((snapshot.outlived?.size ?? 0) > 0 && !isUnderWay) return wait(snapshot, wave, running);
  if (running > 0 || isUnderWay)
    return { action: 'wait', run, wave, message: nextActionTexts.waitForWorkflow() };
  return { action: 'workflow', run, wave, message: nextActionTexts.workflow() };
}

function runCommands(snapshot: Snapshot, wave: number, commands: readonly PlannedAgent[]): Action {
  const run = snapshot.manifest.id;
  const isApproved =
    snapshot.plan !== undefined && snapshot.state.approvedCommands === commandsHash(snapshot.plan);
  return {
    action: 'run',
    run,
    wave,
    command: `sao run ${run} --commands`,
    message: nextActionTexts.run(commands.length, isApproved),
  };
}

/** Selects as many of these agents, in plan order, as the free capacity allows. */
function fitting(snapshot: Snapshot, agents: readonly PlannedAgent[]): PlannedAgent[] {
  const { limits } = snapshot.manifest;
  let load = agents.length > 0 ? runningLoad(snapshot, limits) : NO_LOAD;
  return agents.filter((agent) => {
    if (!hasRoom(load, agent, limits) || holdOf(snapshot, agent)) return false;
    load = addLoad(load, agent, limits);
    return true;
  });
}

function dispatch(
  snapshot: Snapshot,
  action: 'dispatch' | 'coordinate' | 'retry',
  wave: number,
  agents: readonly PlannedAgent[],
): Action {
  const run = snapshot.manifest.id;
  return {
    action,
    run,
    wave,
    agents: agents.map((agent) => callOf(run, agent)),
    message: nextActionTexts.dispatch(agents.length),
  };
}

/** Actions whose agents or summaries cost the conversation tokens. */
const COSTLY_ACTIONS: ReadonlySet<string> = new Set(['dispatch', 'retry', 'coordinate', 'workflow']);

/**
 * Replaces a dispatch by a question if the run has used more tokens of the conversation than its budget: a human chooses a cheaper runner,
 * a shell, or a higher budget. Pure.
 */
export function holdCeiling(
  action: Action,
  cost: ContextCost | undefined,
  budget: number,
  drivers: readonly SessionDriver[],
): Action {
  if (!COSTLY_ACTIONS.has(action.action) || cost === undefined || cost.tokens < budget) return action;
  const isCheaper = action.action !== 'workflow' && drivers.includes('workflow');
  return {
    action: 'ask',
    run: action.run,
    message: nextActionTexts.ceiling(action.run, cost, budget, isCheaper),
  };
}
