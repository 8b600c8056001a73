import type { FindingCounts } from '../../findings/finding.ts';
import type { ApprovalFault } from '../../system/approval/judge.ts';
import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { AgentForecast } from './agent-forecast.ts';
import {
  type AgentEntry,
  type AgentState,
  applyAgentEntry,
  emptyAgent,
  forgetGivenBack,
} from './agent-state.ts';
import { BUILD_EVENTS, type BuildEvent } from './build-events.ts';
import { applyBuildEvent, type BuildState, emptyBuild, grantAgent } from './build-state.ts';
import { applyToFlow, EMPTY_FLOW, FLOW_TYPES, type FlowState } from './flow-state.ts';
import { applyGateEntry, type GateState } from './gate-state.ts';
import type { Driver, Manifest } from './manifest.ts';
import type { AskedCall } from './question.ts';
import type { Approved, LedgerEntry } from './run-event.ts';
import { applyRefusal, applySuccess, type ServiceState } from './service-state.ts';
import type { HumanGate } from './stages.ts';

/** A client's session that had the run under way. */
export interface SeenSession {
  /** Milliseconds since the epoch. */
  since: number;
  transcript?: string;
}

export interface RunState {
  /** What the ledger's first event says about the run; absent in ledgers of older versions. */
  created?: { mode: Manifest['mode']; task: string; project?: string };
  /** Hash of the plan that was accepted or extended last. */
  planHash?: string;
  /** When the plan was accepted, in milliseconds since the epoch. */
  plannedAt: number;
  confirmed: boolean;
  /** When the plan was confirmed, in milliseconds since the epoch. */
  confirmedAt?: number;
  /** Open questions whether to start: hash of the plan, by the hash of the one-time token. */
  askedPlan: Map<string, string>;
  /** The workflow that was started last, until its client is gone. */
  workflow?: { session: string; owner?: ProcessIdentity; toolUse?: string; folder?: string };
  /** When the ledger was last written, in milliseconds since the epoch. */
  lastEvent: number;
  /** The driver that the user chose for this run after it was made. */
  driver?: Driver;
  /** The runner of the run in a session, chosen by the user or the engine. */
  carrier?: Driver;
  /** Hash of the commands that a human approved. */
  approvedCommands?: string;
  /** Hash of the setup command of worktrees that a human approved. */
  approvedSetup?: string;
  /** Open questions about commands: hash of the commands, by the hash of the one-time token. */
  askedCommands: Map<string, string>;
  /** The calls that questions to a human were put into, by the hash of their tokens. */
  questions: Map<string, AskedCall>;
  /** Of a run in mode `build`. */
  build: BuildState;
  gates: Map<HumanGate, GateState>;
  agents: Map<string, AgentState>;
  /** The approvals that count, the latest of each stage. */
  approvals: Map<string, Approved>;
  /** Approvals in the ledger that do not count, and why. */
  unproved: { event: string; at: string; fault: ApprovalFault }[];
  /** What the service refuses. */
  service: ServiceState;
  /** Whether an agent was ever dispatched; from then on the plan cannot change. No proof of a confirmation: dispatches have no seal. */
  dispatchedAny: boolean;
  /** The runner of the latest dispatch. */
  lastDriver?: Driver;
  halted?: string;
  reported: boolean;
  /** Why the code of the run's agents was started without a sandbox the last time; undefined if it had one. */
  noSandbox?: string | undefined;
  /** Settings of the client that were changed while agents were at work: each path once, with the agents of its first change. */
  settingsChanges: Map<string, readonly string[]>;
  /** What the report that was written last counted. */
  findings?: FindingCounts;
  costUsd: number;
  sessions: Map<string, SeenSession>;
  /** The versions of the client that carried agents, as far as they are known. */
  clientVersions: Set<string>;
  /** Tokens that one conversation may spend, if a human set a bound for this run. */
  contextBudget?: number;
  /** Forecast of the tokens that the plan costs its parent, by runner. */
  forecast?: Partial<Record<Driver, number>>;
  /** Forecast of what its agents use. */
  agentForecast?: AgentForecast;
  /** Whether a hook was ever seen at work in this run. */
  hooksSeen: boolean;
  /** Sums for metrics. */
  flow: FlowState;
}

export function emptyState(): RunState {
  return {
    confirmed: false,
    lastEvent: 0,
    plannedAt: 0,
    askedPlan: new Map(),
    askedCommands: new Map(),
    questions: new Map(),
    build: emptyBuild(),
    gates: new Map(),
    agents: new Map(),
    approvals: new Map(),
    unproved: [],
    service: { holds: new Map(), refusals: new Map() },
    dispatchedAny: false,
    reported: false,
    settingsChanges: new Map(),
    costUsd: 0,
    sessions: new Map(),
    clientVersions: new Set(),
    hooksSeen: false,
    flow: { ...EMPTY_FLOW, waiting: new Map() },
  };
}

/** Replays a ledger. Events of an attempt that has already ended change nothing. */
export function replayLedger(entries: readonly LedgerEntry[]): RunState {
  const state = emptyState();
  for (const entry of entries) applyEvent(state, entry);
  return state;
}

/** Applies one event in place, for callers that follow a growing ledger. */
export function applyEvent(state: RunState, entry: LedgerEntry): void {
  state.lastEvent = Date.parse(entry.at);
  keepQuestion(state, entry);
  keepApproval(state, entry);
  if (FLOW_TYPES.has(entry.type)) applyToFlow(state.flow, entry, state.lastEvent);
  if ('agent' in entry) {
    applyToAgent(state, entry);
    applyToRun(state, entry);
    return;
  }
  if (isBuildEvent(entry)) {
    applyBuildEntry(state, entry);
    return;
  }
  switch (entry.type) {
    case 'run-created':
      state.created = entry;
      break;
    case 'plan-accepted':
      acceptPlan(state, entry);
      break;
    case 'session-seen':
      seeSession(state, entry);
      break;
    case 'client-seen':
      state.clientVersions.add(entry.version);
      break;
    case 'context-budget':
      state.contextBudget = entry.tokens;
      break;
    case 'plan-asked':
      state.askedPlan.set(entry.token, entry.hash);
      break;
    case 'plan-confirmed':
      confirmPlan(state, entry);
      break;
    case 'workflow-started':
      state.workflow = { session: entry.session };
      if (entry.owner) state.workflow.owner = entry.owner;
      if (entry.toolUse) state.workflow.toolUse = entry.toolUse;
      break;
    case 'workflow-launched':
      if (state.workflow) state.workflow.folder = entry.folder;
      break;
    case 'workflow-ended':
      delete state.workflow;
      break;
    case 'driver-chosen':
      state.carrier = entry.driver;
      if (entry.by !== 'engine') state.driver = entry.driver;
      break;
    case 'commands-asked':
      state.askedCommands.set(entry.token, entry.hash);
      break;
    case 'commands-approved':
      state.approvedCommands = entry.hash;
      // A token is used up by one approval.
      state.askedCommands.clear();
      break;
    case 'setup-approved':
      state.approvedSetup = entry.hash;
      break;
    case 'gate-asked':
    case 'gate-approved':
    case 'gate-rejected':
      applyGateEntry(state.gates, entry);
      break;
    case 'unproved':
      state.unproved.push({ event: entry.event, at: entry.at, fault: entry.fault });
      break;
    case 'halted':
      state.halted = entry.reason;
      break;
    case 'resumed':
      delete state.halted;
      // A human has looked at the cause.
      state.service.refusals.clear();
      for (const agent of state.agents.values()) forgetGivenBack(agent);
      break;
    case 'limits-lifted':
      state.service.holds.clear();
      break;
    case 'sandbox-chosen':
      state.noSandbox = entry.reason;
      break;
    case 'client-settings-changed':
      keepSettingsChange(state, entry);
      break;
    case 'reported':
      keepReport(state, entry);
      break;
  }
}

function applyToAgent(state: RunState, entry: AgentEntry): void {
  const agent = agentOf(state, entry.agent);
  const { flow } = state;
  if (agent.running) flow.running -= 1;
  applyAgentEntry(agent, entry);
  if (!agent.running) return;
  flow.firstAt ??= state.lastEvent;
  flow.running += 1;
  flow.peak = Math.max(flow.peak, flow.running);
}

function keepSettingsChange(
  { settingsChanges }: RunState,
  { paths, agents }: Extract<LedgerEntry, { type: 'client-settings-changed' }>,
): void {
  for (const path of paths) if (!settingsChanges.has(path)) settingsChanges.set(path, agents);
}

function keepReport(state: RunState, entry: Extract<LedgerEntry, { type: 'reported' }>): void {
  state.reported = true;
  state.findings = entry.findings;
  for (const [id, sha256] of Object.entries(entry.outputs ?? {})) agentOf(state, id).accepted = sha256;
}

/** A new plan has no approval yet. */
function acceptPlan(state: RunState, entry: Extract<LedgerEntry, { type: 'plan-accepted' }>): void {
  state.planHash = entry.hash;
  state.plannedAt = state.lastEvent;
  state.askedPlan.clear();
  state.confirmed = false;
  delete state.confirmedAt;
  if (entry.forecast) state.forecast = entry.forecast;
  if (entry.agents) state.agentForecast = entry.agents;
  delete state.approvedCommands;
  state.askedCommands.clear();
  for (const stage of ['plan', 'commands']) state.approvals.delete(stage);
}

function confirmPlan(state: RunState, { approval }: Extract<LedgerEntry, { type: 'plan-confirmed' }>): void {
  // A record of another plan proves nothing about this one.
  if (approval.hash !== (state.planHash ?? '')) return;
  state.confirmed = true;
  state.confirmedAt = state.lastEvent;
  // A token is used up by one confirmation.
  state.askedPlan.clear();
}

/** Keeps the record of an approval; a rejection withdraws that of its stage. */
function keepApproval({ approvals }: RunState, entry: LedgerEntry): void {
  if (!('approval' in entry)) return;
  const { approval, signature, signer } = entry;
  if (approval.action === 'reject') approvals.delete(approval.stage);
  else
    approvals.set(approval.stage, {
      approval,
      ...(signature === undefined ? {} : { signature }),
      ...(signer === undefined ? {} : { signer }),
    });
}

/** Keeps the call that a question to a human was asked about. */
function keepQuestion({ questions }: RunState, entry: LedgerEntry): void {
  if ('token' in entry && entry.call) questions.set(entry.token, entry.call);
}

function applyBuildEntry(state: RunState, entry: BuildEvent): void {
  const { build, gates, agents, lastEvent } = state;
  applyBuildEvent(build, entry);
  // An agent that still runs may cause the next change too.
  if (entry.type === 'project-seen')
    for (const id of build.atWork) if (!agents.get(id)?.running) build.atWork.delete(id);
  if (entry.type === 'shipped') build.shippedAt = lastEvent;
  // The prompt of the agent that answers a rejection contains its note.
  if (entry.type !== 'plan-extended') return;
  if (entry.agents.length > 0) delete gates.get(entry.stage as HumanGate)?.rejected;
  if (entry.hash !== undefined) state.planHash = entry.hash;
}

function seeSession(state: RunState, entry: Extract<LedgerEntry, { type: 'session-seen' }>): void {
  const seen = state.sessions.get(entry.session) ?? { since: Date.parse(entry.at) };
  if (entry.transcript !== undefined) seen.transcript = entry.transcript;
  state.sessions.set(entry.session, seen);
}

/** Applies what an agent's event changes in the run as a whole. */
function applyToRun(state: RunState, entry: AgentEntry): void {
  if (entry.type === 'spent') {
    state.costUsd += entry.costUsd;
    return;
  }
  // An agent may return after the report, which its complete file made possible.
  if (entry.type !== 'returned' || entry.verdict !== 'done') state.reported = false;
  if (entry.type === 'rate-limited' || entry.type === 'refused') applyRefusal(state.service, entry);
  else if (entry.type === 'returned' && entry.verdict === 'done' && state.service.refusals.size > 0)
    applySuccess(state.service);
  if (entry.type === 'retried') grantAgent(state.build, entry.agent);
  if (entry.type !== 'dispatched') return;
  state.dispatchedAny = true;
  state.build.atWork.add(entry.agent);
  state.lastDriver = entry.driver;
  state.hooksSeen ||= entry.via === 'hook';
}

function agentOf(state: RunState, id: string): AgentState {
  let agent = state.agents.get(id);
  if (!agent) {
    agent = emptyAgent();
    state.agents.set(id, agent);
  }
  return agent;
}
export function isBuildEvent(event: { type: string }): event is BuildEvent {
  return Object.hasOwn(BUILD_EVENTS, event.type);
}
