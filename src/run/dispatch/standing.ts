import { plainText } from '../../findings/plain-text.ts';
import { type AgentState, emptyAgent, MAX_GIVEN_BACK } from '../ledger/agent-state.ts';
import {
  buildAssumedSpentEvent,
  buildHaltedEvent,
  buildReleasedEvent,
  buildReturnedEvent,
  buildUnknownSpentEvent,
  type ReturnedEvent,
} from '../ledger/events.ts';
import type { Limits, Manifest, Plan, PlannedAgent } from '../ledger/manifest.ts';
import type { RunEvent } from '../ledger/run-event.ts';
import type { Hold } from '../ledger/service-state.ts';
import type { RunState } from '../ledger/state.ts';
import { describeEarly, describeWayBack, faultOf, type OutputCheck } from '../outputs/check.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import { readCheckCommand } from '../plan/check-command.ts';
import { addLoad, type Load, type LoadItem, NO_LOAD } from '../plan/waves.ts';

/**
 * The status of an agent: `ready` for its first attempt, `running`, `retry` (it has an attempt left), `done` (its file is done), or
 * `gap` (no valid file and no attempt left).
 */
export type Standing = 'ready' | 'running' | 'retry' | 'done' | 'gap';

/** All data for a decision about a run: the contents of the run's files and the time. */
export interface Snapshot {
  manifest: Manifest;
  dir: string;
  plan?: Plan;
  /** Whether the plan differs from the one that was accepted, so that no human has confirmed what it says. */
  planChanged?: boolean;
  state: RunState;
  /** The verdict on each agent's output file. */
  verdicts: { get(id: string): Verdict | undefined };
  /** Words and findings of one output, read on demand, because most decisions need none. */
  inspect(id: string): OutputCheck;
  /** Agents whose running attempt lost its owner, because the client or runner process has ended. */
  orphaned: ReadonlySet<string>;
  /** Agents that still work although their runner has ended. */
  outlived?: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  now: number;
}

export function stateOf(snapshot: Snapshot, id: string): AgentState {
  return snapshot.state.agents.get(id) ?? emptyAgent();
}

export function verdictOf(snapshot: Snapshot, id: string): Verdict {
  return snapshot.verdicts.get(id) ?? 'missing';
}

export function standingOf(snapshot: Snapshot, agent: PlannedAgent): Standing {
  const state = stateOf(snapshot, agent.id);
  const isComplete = state.gap?.by !== 'user' && verdictOf(snapshot, agent.id) === 'done';
  if (isComplete && openMembersOf(snapshot, agent).length === 0) return 'done';
  if (state.running) return 'running';
  // Another attempt costs money, and coordinators have read the file that was accepted: a human decides.
  if (verdictOf(snapshot, agent.id) === 'changed') return 'gap';
  if (state.gap !== undefined || hasNothingToRead(snapshot, agent)) return 'gap';
  if (state.attempts === 0) return 'ready';
  return state.attempts < state.allowed ? 'retry' : 'gap';
}

/**
 * Returns whether all inputs of a coordinator are gaps, so that its model would have nothing to read. The engine's own digest costs
 * nothing and names the gaps, so it is always written.
 */
export function hasNothingToRead(snapshot: Snapshot, { role, kind, inputs }: PlannedAgent): boolean {
  if (role !== 'coordinator' || kind !== 'agent' || inputs.length === 0) return false;
  return inputs.every((id) => {
    const input = snapshot.plan?.agents.find((other) => other.id === id);
    return input !== undefined && standingOf(snapshot, input) === 'gap';
  });
}

export function isSettled(standing: Standing): boolean {
  return standing === 'done' || standing === 'gap';
}

/** What keeps the service from running an agent now; undefined if nothing is known to. Of two holds, the one that ends last. */
export function holdOf({ state, now }: Snapshot, { kind, model }: PlannedAgent): Hold | undefined {
  const { holds } = state.service;
  if (holds.size === 0 || kind !== 'agent') return undefined;
  const own = [holds.get('all'), model === null ? undefined : holds.get(model)];
  return own
    .flatMap((hold) => (hold !== undefined && hold.until > now ? [hold] : []))
    .sort((a, b) => b.until - a.until)[0];
}

// A client needs time to deliver a result; the headless runner ends its attempts exactly at the timeout.
const GRACE_MS = 30_000;

/** Returns whether an attempt has passed its timeout, which starts again each time the agent is sent back. */
export function isOverdue(agent: PlannedAgent, state: AgentState, now: number): boolean {
  return state.running !== undefined && isOutOfTime(agent, state.running.at, now, state.sentBack);
}

/** Returns the same for an attempt that started at `startedAt`. */
export function isOutOfTime(agent: PlannedAgent, startedAt: number, now: number, sentBack = 0): boolean {
  return now - startedAt > agent.timeout * 1000 * (1 + sentBack) + GRACE_MS;
}

/** Builds the end events of running attempts whose owner has ended or whose timeout has passed. */
export function endLostAttempts(snapshot: Snapshot): RunEvent[] {
  return (snapshot.plan?.agents ?? []).flatMap((agent) => {
    const end = settleAttempt(snapshot, agent);
    return end === undefined ? [] : [...unknownCost(snapshot, agent), end];
  });
}

/** The cost of an attempt whose runner has ended: nothing tells it, so its whole cap counts; without a cap it is unknown. */
function unknownCost(snapshot: Snapshot, { id, kind }: PlannedAgent): RunEvent[] {
  const { running } = stateOf(snapshot, id);
  if (running?.maxUsd !== undefined) return [buildAssumedSpentEvent(id, running.attempt, running.maxUsd)];
  const isCounted = running?.child !== undefined && kind === 'agent';
  return isCounted ? [buildUnknownSpentEvent(id, running.attempt)] : [];
}

function settleAttempt(snapshot: Snapshot, agent: PlannedAgent): RunEvent | undefined {
  const state = stateOf(snapshot, agent.id);
  if (!state.running) return undefined;
  const { attempt } = state.running;
  const isOrphan = snapshot.orphaned.has(agent.id);
  if (isOrphan && verdictOf(snapshot, agent.id) !== 'done') {
    return buildReleasedEvent(agent.id, attempt, 'the process that carried it is gone');
  }
  if (!isOrphan && !isOverdue(agent, state, snapshot.now - waitedFor(snapshot, agent))) return undefined;
  return endAttempt(snapshot, agent, attempt);
}

/** The halt of a run with an agent whose attempts were given back too often; none if it is halted already. Pure. */
export function haltEndlessAgents(plan: Plan | undefined, { halted, agents }: RunState): RunEvent[] {
  if (halted !== undefined) return [];
  for (const { id } of plan?.agents ?? []) {
    const { count = 0, reason = '' } = agents.get(id)?.givenBack ?? {};
    if (count >= MAX_GIVEN_BACK) return [buildHaltedEvent(describeEndlessAgent(id, count, reason))];
  }
  return [];
}

function describeEndlessAgent(id: string, count: number, reason: string): string {
  return `${id} was started ${count} times in a row and gave no result; each attempt was given back, the last one because: ${plainText(reason, 200)}`;
}

/** The `returned` event of an attempt whose end was not observed, judged by its file. */
export function endAttempt(snapshot: Snapshot, agent: PlannedAgent, attempt: number): ReturnedEvent {
  const check = snapshot.inspect(agent.id);
  const isEarly = check.status === 'done' && openMembersOf(snapshot, agent).length > 0;
  const fault = isEarly ? describeEarly(agent.output) : `it gave no valid file within ${agent.timeout} s`;
  const isDone = check.status === 'done' && !isEarly;
  return buildReturnedEvent({
    agent: agent.id,
    attempt,
    answer: '',
    check,
    isEarly,
    fault: isDone ? undefined : fault,
  });
}

/** Milliseconds of a coordinator's attempt in which its own workers ran; its timeout counts from the end of the last worker. */
function waitedFor({ plan, state }: Snapshot, agent: PlannedAgent): number {
  const { running } = state.agents.get(agent.id) ?? {};
  if (!plan || !running || !isDispatcher(plan, state, agent)) return 0;
  const touched = membersOf(plan, agent).map(({ id }) => state.agents.get(id)?.touched ?? 0);
  return Math.max(0, Math.max(0, ...touched) - running.at);
}

/** Characters of a gap's reason that a line of text shows: enough for the call that repeats the agent. */
export const MAX_GAP_REASON = 200;

/** An agent without a valid file after its last attempt, with the reason. */
export interface Gap {
  id: string;
  name: string;
  domain: string;
  reason: string;
  attempts: number;
}

export function gapsOf(snapshot: Snapshot, only?: readonly string[]): Gap[] {
  return (snapshot.plan?.agents ?? [])
    .filter((agent) => (!only || only.includes(agent.id)) && standingOf(snapshot, agent) === 'gap')
    .map((agent) => {
      const { id, name, domain } = agent;
      return {
        id,
        name,
        domain,
        reason: gapReason(snapshot, agent),
        attempts: stateOf(snapshot, id).attempts,
      };
    });
}

/** The agents whose last attempt had tool calls that the client did not permit. */
export function deniedOf({
  plan,
  state,
}: {
  plan?: Plan | undefined;
  state: Pick<RunState, 'agents'>;
}): { id: string; tools: readonly string[] }[] {
  return (plan?.agents ?? []).flatMap(({ id }) => {
    const tools = state.agents.get(id)?.last?.denied;
    return tools === undefined ? [] : [{ id, tools }];
  });
}

/** The hash of the findings file of a built-in check's last attempt; undefined for any other agent, whose events are ignored. */
export function findingsHashOf(snapshot: Snapshot, agent: PlannedAgent): string | undefined {
  return readCheckCommand(agent.command) && stateOf(snapshot, agent.id).last?.findingsHash;
}

function gapReason(snapshot: Snapshot, agent: PlannedAgent): string {
  const state = stateOf(snapshot, agent.id);
  const status = verdictOf(snapshot, agent.id);
  // A file that came after the engine's gap was accepted: what counts now is that it was changed.
  if (state.gap && !(state.gap.by === 'engine' && status === 'changed')) return state.gap.reason;
  if (hasNothingToRead(snapshot, agent))
    return `all that it was to read is a gap: ${agent.inputs.join(', ')}`;
  if (status === 'failed') return 'its file reports an error';
  const check = { ...snapshot.inspect(agent.id), status };
  const wayBack = describeWayBack(snapshot.manifest.id, agent.id);
  const fault = faultOf(check, agent.output, wayBack);
  if (status === 'changed' && fault !== undefined) return fault;
  return state.last?.fault ?? fault ?? `its file is ${status}`;
}

/** The load of an agent. A coordinator that waits for its own workers occupies a slot, but adds no weight for its model. */
export function itemOf({ plan, state }: Snapshot, agent: PlannedAgent): LoadItem {
  return plan && isDispatcher(plan, state, agent) ? { model: 'none' } : agent;
}

/** The capacity that running attempts use; an agent whose file is done no longer counts. */
export function runningLoad(snapshot: Snapshot, limits: Limits): Load {
  return (snapshot.plan?.agents ?? [])
    .filter((agent) => standingOf(snapshot, agent) === 'running')
    .reduce((load, agent) => addLoad(load, itemOf(snapshot, agent), limits), NO_LOAD);
}

/** Maximum number of domains: more coordinators would leave too little of the client's limit of agents for their workers. */
const MAX_TIERED_DOMAINS = 8;

/**
 * Returns whether each domain's coordinator can dispatch its own workers. This requires that no command has to run after an agent, since
 * only the user's own session may start commands, and that `total` agents at a time are at least twice the coordinators. Pure.
 */
export function canTier(plan: Plan, total: number): boolean {
  const coordinators = plan.agents.filter((agent) => isTop(plan, agent));
  const byModel = new Set(plan.agents.filter(({ kind }) => kind === 'agent').map(({ id }) => id));
  const isLateCommand = ({ kind, after }: PlannedAgent) =>
    kind === 'command' && after.some((id) => byModel.has(id));
  return (
    coordinators.length <= Math.min(MAX_TIERED_DOMAINS, Math.floor(total / 2)) &&
    !plan.agents.some(isLateCommand)
  );
}

/** Returns whether an agent is the coordinator of a whole domain and is run by a model. */
function isTop(plan: Plan, { id, kind }: PlannedAgent): boolean {
  return kind === 'agent' && plan.domains.some((domain) => id === `coord-${domain.id}`);
}

/** Returns whether an agent dispatches its domain's workers in this run. */
export function isDispatcher(plan: Plan, state: RunState, agent: PlannedAgent): boolean {
  return state.carrier === 'tiered' && isTop(plan, agent);
}

export function dispatchersOf(plan: Plan, state: RunState): PlannedAgent[] {
  return plan.agents.filter((agent) => isDispatcher(plan, state, agent));
}

/** The agents that a domain's coordinator dispatches: its workers and sub-coordinators. */
export function membersOf(plan: Plan, coordinator: PlannedAgent): PlannedAgent[] {
  return plan.agents.filter(({ id, domain }) => domain === coordinator.domain && id !== coordinator.id);
}

/** The agents of its domain that have not ended, of a coordinator that dispatches them: until then its file cannot be a summary of theirs. */
export function openMembersOf(snapshot: Snapshot, agent: PlannedAgent): PlannedAgent[] {
  const { plan, state } = snapshot;
  if (!plan || !isDispatcher(plan, state, agent)) return [];
  return membersOf(plan, agent).filter((member) => !isSettled(standingOf(snapshot, member)));
}
