import { plainText } from '../findings/plain-text.ts';
import { INTERRUPTED } from '../run/ledger/agent-state.ts';
import {
  type AttemptCost,
  buildGapEvent,
  buildReleasedEvent,
  buildReturnedEvent,
  buildSpentEvent,
  buildUnknownSpentEvent,
} from '../run/ledger/events.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import type { ServiceState } from '../run/ledger/service-state.ts';
import { recordRefusal } from '../run/limits/record-refusal.ts';
import type { Refusal } from '../run/limits/refusal.ts';
import { faultOf, type OutputCheck } from '../run/outputs/check.ts';
import type { GroupResult } from '../system/process/group.ts';

/** What a client reports of the use of an attempt; without `costUsd` it reports no usable cost. */
export type ReportedUse = Omit<AttemptCost, 'costUsd'> & Partial<Pick<AttemptCost, 'costUsd'>>;

/** The result of an ended attempt, apart from its output file. */
export interface AttemptOutcome {
  /** Its answer. */
  answer: string;
  /** Why it may have failed, in words; the file decides whether it has. */
  fault?: string;
  /** What the client or program said of its failure, in which the service may have refused it: no fault of the agent then. */
  failure?: { status?: number; text: string };
  /** Ended by us because the run was interrupted. */
  isStopped?: boolean;
  /** The program could not be started at all: another attempt would end alike. */
  isHopeless?: boolean;
  /** What to do where the file is missing. */
  hint?: string;
  spent?: ReportedUse;
  /** Tool calls that the client did not permit. */
  denied?: readonly string[];
  /** SHA-256 of the file with the findings of a built-in check. */
  findingsHash?: string;
}

export interface EndedAttempt {
  agent: PlannedAgent;
  attempt: number;
  /** Attempts allowed. */
  allowed: number;
  /** Blips in a row before this one. */
  limited: number;
  /** How long nothing starts, if this was a blip. */
  waitMs: number;
  /** What the service refused, if it did. */
  refusal: Refusal | undefined;
  service: ServiceState;
  /** Milliseconds since the epoch. */
  now: number;
  check: OutputCheck;
}

/** The events of an ended attempt. The file decides: a valid one counts, however the program ended. Pure. */
export function concludeAttempt(ending: EndedAttempt, outcome: AttemptOutcome): RunEvent[] {
  const { agent, attempt, check } = ending;
  const spent = recordSpent(ending, outcome);
  if (check.status === 'done') return [...spent, returned(ending, outcome)];
  if (outcome.isStopped) return [...spent, buildReleasedEvent(agent.id, attempt, INTERRUPTED)];
  if (ending.refusal) return [...spent, ...refusedEvents(ending, ending.refusal)];
  const fault = describeFault(ending, outcome);
  const ended = returned(ending, outcome, fault);
  if (attempt < ending.allowed && !outcome.isHopeless) return [...spent, ended];
  return [...spent, ended, buildGapEvent(agent.id, fault, 'engine')];
}

/** The cost of an attempt of an agent, or that it is unknown. A program that did not start, or that the service refused, has cost nothing. */
function recordSpent(
  { agent, attempt, refusal }: EndedAttempt,
  { spent, isHopeless }: AttemptOutcome,
): RunEvent[] {
  if (spent?.costUsd !== undefined)
    return [buildSpentEvent(agent.id, attempt, { ...spent, costUsd: spent.costUsd })];
  const isFree = agent.kind !== 'agent' || isHopeless === true || refusal !== undefined;
  if (!isFree) return [buildUnknownSpentEvent(agent.id, attempt, spent)];
  return spent === undefined ? [] : [buildSpentEvent(agent.id, attempt, { ...spent, costUsd: 0 })];
}

function returned(
  { agent, attempt, check }: EndedAttempt,
  { answer, denied, findingsHash }: AttemptOutcome,
  fault?: string,
): RunEvent {
  return buildReturnedEvent({
    agent: agent.id,
    attempt,
    answer,
    check,
    denied,
    findingsHash,
    fault,
  });
}

function refusedEvents(ending: EndedAttempt, refusal: Refusal): RunEvent[] {
  const { agent, limited: blips, ...rest } = ending;
  return recordRefusal({ ...rest, agent: agent.id, refusal, blips });
}

function describeFault({ agent, check }: EndedAttempt, { fault, hint }: AttemptOutcome): string {
  // Add no reason if the file reports an error, which has more detail.
  const reported = fault === undefined ? 'its file reports an error' : undefined;
  const file = check.status === 'failed' ? reported : faultOf(check, agent.output);
  const advice = check.status === 'missing' ? hint : undefined;
  return plainText([fault, file, advice].filter((text) => text !== undefined).join('; '), 300);
}

/** The reason why a program's end is a failure; undefined for success. */
export function describeEnd(result: GroupResult, timeout: number): string | undefined {
  if (result.startError) return result.startError.message;
  if (result.stalled) return 'it made no progress and was ended';
  if (result.timedOut) return `it was ended after its time of ${timeout} s`;
  if (result.stopped) return 'it was stopped';
  if (result.signal) return `it was killed by ${result.signal}${withTail(result.stderr)}`;
  if (result.exitCode !== 0) return `it exited with code ${result.exitCode}${withTail(result.stderr)}`;
  return undefined;
}

/** Whether a program cannot be started, now or in a second: it is not there, or may not be executed. */
export function isHopeless({ startError }: GroupResult): boolean {
  return startError?.code === 'ENOENT' || startError?.code === 'EACCES';
}

const TAIL = 160;

/** Characters at the end of each stream that tell why a program failed. */
const FAILURE_CHARACTERS = 2000;

/** What a program said of its failure: clients print it to either stream, or to both. */
export function readFailureText({ stdout, stderr }: Pick<GroupResult, 'stdout' | 'stderr'>): string {
  const ends = [stdout, stderr].map((text) => text.slice(-FAILURE_CHARACTERS).trim());
  return ends.filter((text) => text !== '').join('\n');
}

function withTail(stderr: string): string {
  const text = plainText(stderr.slice(-FAILURE_CHARACTERS));
  return text === '' ? '' : `: ${text.length > TAIL ? `…${text.slice(-TAIL)}` : text}`;
}

/** The last non-blank line, which is a program's answer. */
export function lastLine(stdout: string): string {
  return stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
}
