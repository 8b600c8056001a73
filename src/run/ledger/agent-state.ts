import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import type { LedgerEntry } from './events.ts';
import type { Driver } from './manifest.ts';

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

export type AgentEntry = Extract<LedgerEntry, { agent: string }>;

/** One step of the fold of an agent's own events: changes the state in place. */
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
      agent.costUsd += entry.costUsd;
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
  if (entry.session) agent.running.session = entry.session;
  if (entry.toolUse) agent.toolUses.push(entry.toolUse);
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
