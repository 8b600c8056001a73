import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import type { Driver } from './manifest.ts';
import type { LedgerEntry } from './run-event.ts';

/** Number of attempts of a worker before it becomes a gap; `sao retry` grants one more. */
export const MAX_ATTEMPTS = 2;

/**
 * Attempts of one agent in a row that end without a result and are given back, after which the run halts: a refusal that is not recognised, or a client
 * that dies of this agent, would start it again at each resume without end. After the halt a human may resume the run for as many again.
 */
export const MAX_GIVEN_BACK = 20;

/** Reason of an attempt that ended because a human interrupted the run. */
export const INTERRUPTED = 'the run was interrupted';

export interface Dispatch {
  attempt: number;
  /** Milliseconds since the epoch. */
  at: number;
  driver: Driver;
  /** The process whose end also ends the attempt: the client, or the headless runner. */
  owner?: ProcessIdentity;
  session?: string;
  /** The process group that the headless runner started for it. */
  child?: ProcessIdentity;
  /** The most that it may cost, in USD, as long as the ledger does not tell what it cost. */
  maxUsd?: number;
}

/** The replayed state of one agent. */
export interface AgentState {
  /** Number of started attempts that count. */
  attempts: number;
  /** Number of allowed attempts. */
  allowed: number;
  /** The attempt that has not ended yet. */
  running?: Dispatch;
  /** How many attempts in a row ended in a rate limit. */
  limited: number;
  /** How many attempts in a row were given back without a result, except those that a human interrupted, and why the last one was. */
  givenBack?: { count: number; reason: string };
  /** How often the running attempt was sent back. */
  sentBack: number;
  /** The client's ids of the Agent calls that carried its attempts. */
  toolUses: string[];
  /** Result of its last ended attempt, with the fault in words. */
  last?: {
    verdict: Verdict;
    fault?: string;
    attempt: number;
    line: string;
    denied?: readonly string[];
    findingsHash?: string;
    isEarly?: true;
  };
  /** SHA-256 of its output when its last attempt was accepted, or reported before its return; a file with any other content does not count. */
  accepted?: string;
  /** Set when the agent is a gap. A gap by the engine becomes done if a valid file appears; a gap by the user does not. */
  gap?: { reason: string; by: 'user' | 'engine' };
  /** Time of its last event, in milliseconds since the epoch. */
  touched: number;
  /** The runner of its last attempt. */
  driver?: Driver;
  /** Characters that its returns cost the conversation that dispatched it. */
  returnedChars: number;
  costUsd: number;
  /** The part of `costUsd` that was not reported: the caps of attempts whose cost is unknown. */
  assumedUsd: number;
  /** Attempts whose cost is unknown and not assumed either. */
  unpriced: number;
  tokens: { input: number; output: number };
  /** How long its ended attempts ran together, in milliseconds. */
  busyMs: number;
  /** How long the last attempt with a valid file ran, in milliseconds. */
  doneMs?: number;
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
    assumedUsd: 0,
    unpriced: 0,
    tokens: { input: 0, output: 0 },
    busyMs: 0,
  };
}

export type AgentEntry = Extract<LedgerEntry, { agent: string }>;

/** Whether an attempt of any agent has no recorded end. */
export function isAnyRunning({ agents }: { agents: ReadonlyMap<string, AgentState> }): boolean {
  return [...agents.values()].some(({ running }) => running !== undefined);
}

/** Applies one event of an agent to its state, in place. */
export function applyAgentEntry(agent: AgentState, entry: AgentEntry): void {
  agent.touched = Date.parse(entry.at);
  const begun = agent.running?.at;
  applyChange(agent, entry);
  if (begun === undefined || agent.running !== undefined) return;
  agent.busyMs += agent.touched - begun;
  if (entry.type === 'returned' && entry.verdict === 'done') agent.doneMs = agent.touched - begun;
}

function applyChange(agent: AgentState, entry: AgentEntry): void {
  switch (entry.type) {
    case 'dispatched':
      beginAttempt(agent, entry);
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
      addSpent(agent, entry);
      break;
    case 'rate-limited':
      // A used-up limit says when it ends, so it is no reason to wait longer each time.
      if (entry.kind !== 'usage') agent.limited += 1;
      releaseAttempt(agent, entry.attempt, entry.kind === 'usage' ? (entry.text ?? '') : undefined);
      break;
    case 'released':
      releaseAttempt(agent, entry.attempt, countsAsStart(agent, entry.reason) ? entry.reason : undefined);
      break;
    case 'refused':
      releaseAttempt(agent, entry.attempt, entry.text);
      break;
    case 'retried':
      agent.allowed = Math.max(agent.allowed, agent.attempts + 1);
      agent.limited = 0;
      delete agent.givenBack;
      delete agent.gap;
      delete agent.running;
      break;
    case 'gap':
      agent.gap = { reason: entry.reason, by: entry.by };
      delete agent.running;
      break;
  }
}

function addSpent(agent: AgentState, entry: Extract<LedgerEntry, { type: 'spent' }>): void {
  if (agent.running?.attempt === entry.attempt) delete agent.running.maxUsd;
  agent.costUsd += entry.costUsd;
  if (entry.isEstimate) agent.assumedUsd += entry.costUsd;
  if (entry.isUnknown) agent.unpriced += 1;
  agent.tokens.input += entry.inputTokens;
  agent.tokens.output += entry.outputTokens;
}

function beginAttempt(agent: AgentState, entry: Extract<LedgerEntry, { type: 'dispatched' }>): void {
  agent.attempts = Math.max(agent.attempts, entry.attempt);
  agent.sentBack = 0;
  delete agent.accepted;
  agent.driver = entry.driver;
  agent.running = { attempt: entry.attempt, at: Date.parse(entry.at), driver: entry.driver };
  if (entry.owner) agent.running.owner = entry.owner;
  if (entry.maxUsd !== undefined) agent.running.maxUsd = entry.maxUsd;
  if (entry.session) agent.running.session = entry.session;
  if (entry.toolUse) agent.toolUses.push(entry.toolUse);
}

function endAttempt(agent: AgentState, entry: Extract<LedgerEntry, { type: 'returned' }>): void {
  agent.returnedChars += entry.chars;
  agent.last = { verdict: entry.verdict, attempt: entry.attempt, line: entry.line };
  agent.limited = 0;
  delete agent.givenBack;
  delete agent.accepted;
  if (entry.outputHash) agent.accepted = entry.outputHash;
  if (entry.denied) agent.last.denied = entry.denied;
  if (entry.findingsHash) agent.last.findingsHash = entry.findingsHash;
  if (entry.isEarly) agent.last.isEarly = entry.isEarly;
  if (entry.fault) agent.last.fault = entry.fault;
  if (agent.running?.attempt === entry.attempt) delete agent.running;
}

/** The runners that start one process per agent, and record it. */
const PROCESS_DRIVERS: readonly (Driver | undefined)[] = ['claude', 'command'];

/** Neither a human's interrupt nor a runner that ended before it had started the agent's process says anything about the agent. */
function countsAsStart({ running }: AgentState, reason: string): boolean {
  const wasStarted = running?.child !== undefined || !PROCESS_DRIVERS.includes(running?.driver);
  return reason !== INTERRUPTED && wasStarted;
}

/** `reason`: why it counts towards the bound of attempts that are given back; undefined if it does not. */
function releaseAttempt(agent: AgentState, attempt: number, reason: string | undefined): void {
  if (agent.running?.attempt !== attempt) return;
  // A crash of the runner or a rate limit is not the worker's fault, so the attempt does not count.
  agent.attempts = attempt - 1;
  if (reason !== undefined) agent.givenBack = { count: (agent.givenBack?.count ?? 0) + 1, reason };
  delete agent.running;
}

/** Starts the count of attempts that were given back again, if it has halted the run, in place. */
export function forgetGivenBack(agent: AgentState): void {
  if ((agent.givenBack?.count ?? 0) >= MAX_GIVEN_BACK) delete agent.givenBack;
}
