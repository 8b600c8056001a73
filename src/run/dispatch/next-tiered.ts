import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { addLoad, FULL_WAVE, hasRoom, type Load, NO_LOAD, weightOf } from '../plan/waves.ts';
import type { Action } from './action.ts';
import { callOf } from './call.ts';
import {
  dispatchersOf,
  gapsOf,
  holdOf,
  isSettled,
  membersOf,
  runningLoad,
  type Snapshot,
  standingOf,
} from './standing.ts';
import { waitForService } from './wait-for-service.ts';
import { nextActionTexts } from './wording.ts';

/** Decides the parent's action in a tiered run, which starts the domains' coordinators; undefined if all of them have ended. Pure. */
export function decideTier(snapshot: Snapshot, plan: Plan): Action | undefined {
  const run = snapshot.manifest.id;
  const open = dispatchersOf(plan, snapshot.state).filter((agent) => !isSettled(standingOf(snapshot, agent)));
  const idle = open.filter((agent) => standingOf(snapshot, agent) !== 'running');
  const due = idle.filter((agent) => holdOf(snapshot, agent) === undefined);
  if (due.length > 0) {
    const agents = due.map((agent) => callOf(run, agent));
    return { action: 'dispatch', run, agents, message: nextActionTexts.dispatch(due.length) };
  }
  if (open.length === 0) return undefined;
  const held = idle.length === open.length ? waitForService(snapshot, idle) : undefined;
  if (held) return held;
  const command = `sao verify ${run} ${open.map(({ id }) => id).join(' ')} --wait`;
  return { action: 'wait', run, command, message: nextActionTexts.wait(open.length) };
}

/** Decides the action of a domain's coordinator: dispatch its workers, wait, or write the synthesis. Pure. */
export function decideDomain(snapshot: Snapshot, plan: Plan, coordinator: PlannedAgent): Action {
  const run = snapshot.manifest.id;
  const open = membersOf(plan, coordinator).filter((agent) => !isSettled(standingOf(snapshot, agent)));
  if (open.length === 0) return coordinate(snapshot, plan, coordinator);
  const agents = share(
    snapshot,
    plan,
    coordinator,
    open.filter((agent) => isDue(snapshot, plan, agent)),
  );
  if (agents.length > 0) {
    const message = nextActionTexts.dispatch(agents.length, `${run} --domain ${coordinator.domain}`);
    return { action: 'dispatch', run, agents: agents.map((agent) => callOf(run, agent)), message };
  }
  if (open.every((agent) => isStuck(snapshot, plan, coordinator, agent)))
    return { action: 'halted', run, message: nextActionTexts.stuck() };
  const command = `sao next ${run} --domain ${coordinator.domain} --wait`;
  return { action: 'wait', run, command, message: nextActionTexts.waitForRoom() };
}

/** Returns whether all dependencies of an agent have ended. */
export function isDue(snapshot: Snapshot, plan: Plan, agent: PlannedAgent): boolean {
  const standing = standingOf(snapshot, agent);
  if (agent.kind === 'command' || (standing !== 'ready' && standing !== 'retry')) return false;
  const needs = new Set([...agent.after, ...agent.inputs]);
  return plan.agents.every((other) => !needs.has(other.id) || isSettled(standingOf(snapshot, other)));
}

/** Whether an agent waits for an agent of another domain that cannot start any more because its coordinator has ended. */
function isStuck(snapshot: Snapshot, plan: Plan, coordinator: PlannedAgent, agent: PlannedAgent): boolean {
  const hasEnded = ({ domain }: PlannedAgent) => {
    const other = dispatchersOf(plan, snapshot.state).find((dispatcher) => dispatcher.domain === domain);
    return domain !== coordinator.domain && (!other || isSettled(standingOf(snapshot, other)));
  };
  return plan.agents.some(
    (needed) =>
      agent.after.includes(needed.id) && !isSettled(standingOf(snapshot, needed)) && hasEnded(needed),
  );
}

/**
 * Selects as many of these agents as fit into the free capacity and into the domain's fair share, so that coordinators that ask at the
 * same time do not get the same slots.
 */
function share(
  snapshot: Snapshot,
  plan: Plan,
  coordinator: PlannedAgent,
  due: readonly PlannedAgent[],
): PlannedAgent[] {
  const { limits } = snapshot.manifest;
  const own = membersOf(plan, coordinator).filter((agent) => standingOf(snapshot, agent) === 'running');
  const part = shareOf(snapshot, plan);
  let mine = own.reduce((load, agent) => addLoad(load, agent, limits), NO_LOAD);
  let all = runningLoad(snapshot, limits);
  return due.filter((agent) => {
    const isFair = mine.weight + weightOf(agent.model, limits) <= part.weight && mine.count + 1 <= part.count;
    // Allow every domain one agent at a time; otherwise an agent with a high weight would never start.
    if (holdOf(snapshot, agent)) return false;
    if (!hasRoom(all, agent, limits) || !(isFair || mine.count === 0)) return false;
    mine = addLoad(mine, agent, limits);
    all = addLoad(all, agent, limits);
    return true;
  });
}

function shareOf(snapshot: Snapshot, plan: Plan): Pick<Load, 'weight' | 'count'> {
  const isBusy = (coordinator: PlannedAgent) =>
    membersOf(plan, coordinator).some((agent) => !isSettled(standingOf(snapshot, agent)));
  const dispatchers = dispatchersOf(plan, snapshot.state);
  const busy = Math.max(1, dispatchers.filter(isBusy).length);
  const room = snapshot.manifest.limits.total - dispatchers.length;
  return { weight: Math.floor(FULL_WAVE / busy), count: Math.max(1, Math.floor(room / busy)) };
}

function coordinate(snapshot: Snapshot, plan: Plan, coordinator: PlannedAgent): Action {
  const inputs = plan.agents.filter(({ id }) => coordinator.inputs.includes(id));
  const gaps = gapsOf(snapshot, coordinator.inputs);
  const missing = new Set(gaps.map(({ id }) => id));
  const files = inputs
    .filter(({ id }) => !missing.has(id))
    .map(({ id, output }) => ({ id, output: `${snapshot.dir}/${output}` }));
  return {
    action: 'coordinate',
    run: snapshot.manifest.id,
    files,
    message: nextActionTexts.coordinate(gaps),
  };
}
