import type { ProcessIdentity } from '../adapters/process/identity.ts';
import type { AgentForecast } from '../report/cost.ts';
import type { FindingCounts } from '../report/finding.ts';
import type { Verdict } from '../verify/sentinel.ts';
import { type BuildEvent, isBuildEvent } from './build-events.ts';
import { applyBuildEvent, type BuildState, emptyBuild, grantAgent } from './build-state.ts';
import type { LedgerEntry } from './events.ts';
import { applyGateEntry, type GateState } from './gate-state.ts';
import type { Driver } from './manifest.ts';
import type { HumanGate } from './stages.ts';

/** A worker gets this many attempts before it is a gap; `sao retry` grants one more. */
export const MAX_ATTEMPTS = 2;

export interface Dispatch {
  attempt: number;
  /** Milliseconds since the epoch. */
  at: number;
  driver: Driver;
  /** The process whose death ends the attempt: the client, or the headless driver. */
  owner?: ProcessIdentity;
  session?: string;
  /** The group that the headless driver started for it. */
  child?: ProcessIdentity;
}

/** What the ledger knows of one agent. */
export interface AgentState {
  /** Attempts begun and not released. */
  attempts: number;
  /** Attempts allowed. */
  allowed: number;
  /** The attempt that has not ended yet. */
  running?: Dispatch;
  /** How many attempts in a row ended in a rate limit. */
  limited: number;
  /** How often the running attempt was sent back. */
  sentBack: number;
  /** The client's ids of the Agent calls that carried its attempts. */
  toolUses: string[];
  /** What its last ended attempt came to, with the fault in words. */
  last?: { verdict: Verdict; fault?: string; attempt: number; line: string };
  /** Given up. What the engine gave up still becomes done when a valid file turns up; what the user did, does not. */
  gap?: { reason: string; by: 'user' | 'engine' };
  /** When the ledger last told of it, in milliseconds since the epoch. */
  touched: number;
  /** Who carried its last attempt. */
  driver?: Driver;
  /** Characters that its returns cost whoever dispatched it. */
  returnedChars: number;
  costUsd: number;
  tokens: { input: number; output: number };
}

/** A client's session that had the run under way. */
export interface SeenSession {
  /** Milliseconds since the epoch. */
  since: number;
  transcript?: string;
}

export interface RunState {
  planHash?: string;
  confirmed: boolean;
  /** The workflow that was started last, until its client is gone. */
  workflow?: { session: string; owner?: ProcessIdentity; toolUse?: string };
  /** When the ledger was last written, in milliseconds since the epoch. */
  lastEvent: number;
  /** The driver that the user chose for this run after it was made. */
  driver?: Driver;
  /** The driver that carries the run in a session, whoever chose it. */
  carrier?: Driver;
  /** Hash of the commands that a person let run. */
  approvedCommands?: string;
  /** What a person was asked to let run: hash of the commands by the hash of the one-time token. */
  askedCommands: Map<string, string>;
  /** Of a run in mode `build`. */
  build: BuildState;
  gates: Map<HumanGate, GateState>;
  agents: Map<string, AgentState>;
  /** Whether anything was ever dispatched: from then on the plan stands. */
  dispatchedAny: boolean;
  /** What carried the latest dispatch: inside a session nobody but the one who asks starts the next agent. */
  lastDriver?: Driver;
  halted?: string;
  reported: boolean;
  /** What the report that was written last counted. */
  findings?: FindingCounts;
  costUsd: number;
  sessions: Map<string, SeenSession>;
  /** What one conversation may spend, where a person set it for this run; tokens. */
  contextBudget?: number;
  /** What the plan was thought to cost its parent, by driver; tokens. */
  forecast?: Partial<Record<Driver, number>>;
  /** What its agents were thought to use. */
  agentForecast?: AgentForecast;
  /** Whether a hook was ever seen at work in this run. */
  hooksSeen: boolean;
}

export function emptyAgent(): AgentState {
  return {
    attempts: 0,
    allowed: MAX_ATTEMPTS,
    limited: 0,
    sentBack: 0,
    toolUses: [],
    touched: 0,
    returnedChars: 0,
    costUsd: 0,
    tokens: { input: 0, output: 0 },
  };
}

export function emptyState(): RunState {
  return {
    confirmed: false,
    lastEvent: 0,
    askedCommands: new Map(),
    build: emptyBuild(),
    gates: new Map(),
    agents: new Map(),
    dispatchedAny: false,
    reported: false,
    costUsd: 0,
    sessions: new Map(),
    hooksSeen: false,
  };
}

/** State = fold(ledger). Events of an attempt that is over already are history and change nothing. */
export function foldLedger(entries: readonly LedgerEntry[]): RunState {
  const state = emptyState();
  for (const entry of entries) applyEntry(state, entry);
  return state;
}

/** One step of the fold: changes the state in place, for those who follow a ledger that grows. */
export function applyEntry(state: RunState, entry: LedgerEntry): void {
  state.lastEvent = Date.parse(entry.at);
  if ('agent' in entry) {
    applyAgentEntry(state, agentOf(state, entry.agent), entry);
    return;
  }
  if (isBuildEvent(entry)) {
    applyBuildEntry(state, entry);
    return;
  }
  switch (entry.type) {
    case 'plan-accepted':
      state.planHash = entry.hash;
      state.confirmed = false;
      if (entry.forecast) state.forecast = entry.forecast;
      if (entry.agents) state.agentForecast = entry.agents;
      delete state.approvedCommands;
      state.askedCommands.clear();
      break;
    case 'session-seen':
      seeSession(state, entry);
      break;
    case 'context-budget':
      state.contextBudget = entry.tokens;
      break;
    case 'plan-confirmed':
      state.confirmed = true;
      break;
    case 'workflow-started':
      state.workflow = { session: entry.session };
      if (entry.owner) state.workflow.owner = entry.owner;
      if (entry.toolUse) state.workflow.toolUse = entry.toolUse;
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
      // A token is good for one approval.
      state.askedCommands.clear();
      break;
    case 'gate-asked':
    case 'gate-approved':
    case 'gate-rejected':
      applyGateEntry(state.gates, entry);
      break;
    case 'halted':
      state.halted = entry.reason;
      break;
    case 'resumed':
      delete state.halted;
      break;
    case 'reported':
      state.reported = true;
      state.findings = entry.findings;
      break;
  }
}

function applyBuildEntry({ build, gates, lastEvent }: RunState, entry: BuildEvent): void {
  applyBuildEvent(build, entry);
  if (entry.type === 'shipped') build.shippedAt = lastEvent;
  // The agent that is made for a rejection has its note in the prompt.
  if (entry.type === 'plan-extended') delete gates.get(entry.stage as HumanGate)?.rejected;
}

function seeSession(state: RunState, entry: Extract<LedgerEntry, { type: 'session-seen' }>): void {
  const seen = state.sessions.get(entry.session) ?? { since: Date.parse(entry.at) };
  if (entry.transcript !== undefined) seen.transcript = entry.transcript;
  state.sessions.set(entry.session, seen);
}

type AgentEntry = Extract<LedgerEntry, { agent: string }>;

function applyAgentEntry(state: RunState, agent: AgentState, entry: AgentEntry): void {
  if (entry.type !== 'spent') state.reported = false;
  agent.touched = Date.parse(entry.at);
  switch (entry.type) {
    case 'dispatched':
      beginAttempt(state, agent, entry);
      break;
    case 'started':
      if (agent.running?.attempt === entry.attempt) agent.running.child = entry.child;
      break;
    case 'sent-back':
      agent.sentBack += 1;
      break;
    case 'returned':
      endAttempt(agent, entry);
      break;
    case 'spent':
      agent.costUsd += entry.costUsd;
      state.costUsd += entry.costUsd;
      agent.tokens.input += entry.inputTokens;
      agent.tokens.output += entry.outputTokens;
      break;
    case 'rate-limited':
      agent.limited += 1;
      releaseAttempt(agent, entry.attempt);
      break;
    case 'released':
      releaseAttempt(agent, entry.attempt);
      break;
    case 'retried':
      grantAgent(state.build, entry.agent);
      agent.allowed = Math.max(agent.allowed, agent.attempts + 1);
      agent.limited = 0;
      delete agent.gap;
      delete agent.running;
      break;
    case 'gap':
      agent.gap = { reason: entry.reason, by: entry.by };
      delete agent.running;
      break;
  }
}

function beginAttempt(
  state: RunState,
  agent: AgentState,
  entry: Extract<LedgerEntry, { type: 'dispatched' }>,
): void {
  agent.attempts = Math.max(agent.attempts, entry.attempt);
  agent.sentBack = 0;
  agent.driver = entry.driver;
  agent.running = { attempt: entry.attempt, at: Date.parse(entry.at), driver: entry.driver };
  if (entry.owner) agent.running.owner = entry.owner;
  if (entry.session) agent.running.session = entry.session;
  if (entry.toolUse) agent.toolUses.push(entry.toolUse);
  state.dispatchedAny = true;
  state.lastDriver = entry.driver;
  state.hooksSeen ||= entry.via === 'hook';
}

function endAttempt(agent: AgentState, entry: Extract<LedgerEntry, { type: 'returned' }>): void {
  agent.returnedChars += entry.chars;
  agent.last = { verdict: entry.verdict, attempt: entry.attempt, line: entry.line };
  agent.limited = 0;
  if (entry.fault) agent.last.fault = entry.fault;
  if (agent.running?.attempt === entry.attempt) delete agent.running;
}

// A crash of the driver or a rate limit is not the worker's fault: the attempt is given back.
function releaseAttempt(agent: AgentState, attempt: number): void {
  if (agent.running?.attempt !== attempt) return;
  agent.attempts = attempt - 1;
  delete agent.running;
}

function agentOf(state: RunState, id: string): AgentState {
  let agent = state.agents.get(id);
  if (!agent) {
    agent = emptyAgent();
    state.agents.set(id, agent);
  }
  return agent;
}
