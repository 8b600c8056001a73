import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import type { Driver } from './manifest.ts';
import type { LedgerEntry } from './run-event.ts';

/** Number of attempts of a worker before it becomes a gap; `sao retry` grants one more. */
export const MAX_ATTEMPTS = 2;

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
  /** How often the running attempt was sent back. */
  sentBack: number;
  /** The client's ids of the Agent calls that carried its attempts. */
  toolUses: string[];
  /** Result of its last ended attempt, with the fault in words. */
  last?: { verdict: Verdict; fault?: string; attempt: number; line: string; denied?: readonly string[] };
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
  tokens: { input: number; output: number };
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
    tokens: { input: 0, output: 0 },
  };
}

export type AgentEntry = Extract<LedgerEntry, { agent: string }>;

/** Applies one event of an agent to its state, in place. */
export function applyAgentEntry(agent: AgentState, entry: AgentEntry): void {
  agent.touched = Date.parse(entry.at);
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
      if (agent.running?.attempt === entry.attempt) delete agent.running.maxUsd;
      agent.costUsd += entry.costUsd;
      if (entry.isEstimate) agent.assumedUsd += entry.costUsd;
      agent.tokens.input += entry.inputTokens;
      agent.tokens.output += entry.outputTokens;
      break;
    case 'rate-limited':
      // A used-up limit says when it ends, so it is no reason to wait longer each time.
      if (entry.kind !== 'usage') agent.limited += 1;
      releaseAttempt(agent, entry.attempt);
      break;
    case 'released':
    case 'refused':
      releaseAttempt(agent, entry.attempt);
      break;
    case 'retried':
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

function beginAttempt(agent: AgentState, entry: Extract<LedgerEntry, { type: 'dispatched' }>): void {
  agent.attempts = Math.max(agent.attempts, entry.attempt);
  agent.sentBack = 0;
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
  if (entry.denied) agent.last.denied = entry.denied;
  if (entry.fault) agent.last.fault = entry.fault;
  if (agent.running?.attempt === entry.attempt) delete agent.running;
}

// A crash of the runner or a rate limit is not the worker's fault, so the attempt does not count.
function releaseAttempt(agent: AgentState, attempt: number): void {
  if (agent.running?.attempt !== attempt) return;
  agent.attempts = attempt - 1;
  delete agent.running;
}
