import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import type { OutputCheck } from '../outputs/check.ts';
import { BUILD_EVENTS } from './build-events.ts';
import type { Driver } from './manifest.ts';
import type { Approved, EventOf, EventType, LedgerEntry } from './run-event.ts';

const KNOWN: Record<EventType, readonly string[]> = {
  ...BUILD_EVENTS,
  'run-created': ['mode'],
  'plan-accepted': ['hash'],
  'session-seen': ['session'],
  'client-seen': ['version', 'by'],
  'context-budget': ['tokens'],
  'plan-asked': ['hash', 'token'],
  'plan-confirmed': [],
  'driver-chosen': ['driver'],
  'workflow-started': ['session'],
  'workflow-launched': ['folder'],
  'workflow-ended': ['session'],
  'commands-asked': ['hash', 'token'],
  'commands-approved': ['hash'],
  'setup-approved': ['hash'],
  dispatched: ['agent', 'attempt', 'driver'],
  started: ['agent', 'attempt', 'child'],
  'sent-back': ['agent', 'attempt'],
  returned: ['agent', 'attempt', 'verdict'],
  spent: ['agent', 'attempt'],
  'rate-limited': ['agent', 'attempt'],
  refused: ['agent', 'attempt', 'cause'],
  released: ['agent', 'attempt'],
  retried: ['agent'],
  gap: ['agent'],
  'gate-asked': ['stage', 'hash', 'token'],
  'gate-approved': ['stage', 'hash'],
  'gate-rejected': ['stage', 'hash', 'note'],
  halted: ['reason'],
  resumed: [],
  'limits-lifted': [],
  'sandbox-chosen': ['kind'],
  'client-settings-changed': ['agents', 'paths'],
  unproved: ['event'],
  reported: [],
};

/** Events that give a human's word, or the engine's for its own plans. They count only with a seal, which no other program can make. */
export const SEALED: ReadonlySet<EventType> = new Set<EventType>([
  'plan-confirmed',
  'commands-approved',
  'setup-approved',
  'gate-approved',
  'gate-rejected',
  'conflict-approved',
  'conflict-resolved',
]);

/**
 * Events without a record of an approval that count only with a seal: questions to a human, since another program could ask one with a token of its own and
 * answer it, and extensions of a plan, since a human has confirmed the plan before.
 */
export const SEALED_WITHOUT_RECORD: ReadonlySet<EventType> = new Set<EventType>([
  'plan-asked',
  'commands-asked',
  'gate-asked',
  'conflict-asked',
  'plan-extended',
]);

/**
 * Reads one ledger line. A torn line, or an event of a newer version, is `undefined`: it stays in the file
 * and is skipped, so that an older engine never destroys what a newer one wrote.
 */
export function parseEntry(line: string): LedgerEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entry = value as Record<string, unknown>;
  const { type, v, at } = entry;
  // `constructor` is a key of every object.
  if (typeof type !== 'string' || !Object.hasOwn(KNOWN, type)) return undefined;
  if (v !== 1 || typeof at !== 'string' || Number.isNaN(Date.parse(at))) return undefined;
  return KNOWN[type as EventType].every((key) => entry[key] !== undefined)
    ? (value as LedgerEntry)
    : undefined;
}

/** 1-based numbers of lines that no version can read. A last line without a newline is not counted: it may still be written. */
export function damagedLines(text: string): number[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line, index) => (line.trim() === '' || isReadableLine(line) ? [] : [index + 1]));
}

/** Whether some version can read the line: an event of a newer version is not damage. */
export function isReadableLine(line: string): boolean {
  if (parseEntry(line)) return true;
  try {
    const { type, v } = JSON.parse(line) as { type?: unknown; v?: unknown };
    return typeof type === 'string' && (!Object.hasOwn(KNOWN, type) || v !== 1);
  } catch {
    return false;
  }
}

/** Parses the text of a ledger. A last line without a newline counts only if it is a complete entry. */
export function parseLedger(text: string): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const entry = parseEntry(line);
    if (entry) entries.push(entry);
  }
  return entries;
}

export type ReturnedEvent = EventOf<'returned'>;

/** Maximum length of an agent's answer in the ledger, in characters. */
const MAX_RECORDED_ANSWER = 200;
/** Maximum length of an answer's start that is redacted before it is cut. */
const MAX_REDACTED_ANSWER = 8000;

/** The end of an attempt. */
export interface AttemptEnd {
  agent: string;
  attempt: number;
  /** The agent's answer to its caller; empty if the agent gave none. */
  answer: string;
  /** The check of the output file. */
  check: Pick<OutputCheck, 'status' | 'words' | 'findings' | 'sha256'>;
  /** Tool calls that the client did not permit. */
  denied?: readonly string[] | undefined;
  /** SHA-256 of the file with the findings of a built-in check. */
  findingsHash?: string | undefined;
  /** The output was written before what it summarises: it does not count, although it is complete. */
  isEarly?: boolean | undefined;
  /** Why the output is not valid. */
  fault?: string | undefined;
}

/** Builds the `returned` event of an attempt. The ledger keeps the keys in this order. */
export function buildReturnedEvent({
  agent,
  attempt,
  answer,
  check: { status, words, findings, sha256 },
  denied = [],
  findingsHash,
  isEarly = false,
  fault,
}: AttemptEnd): ReturnedEvent {
  const verdict = isEarly ? 'incomplete' : status;
  return {
    type: 'returned',
    agent,
    attempt,
    chars: answer.length,
    line: recordedLine(answer),
    verdict,
    words,
    findings,
    ...(verdict === 'done' && sha256 !== undefined ? { outputHash: sha256 } : {}),
    ...(denied.length === 0 ? {} : { denied }),
    ...(findingsHash === undefined ? {} : { findingsHash }),
    ...(isEarly ? { isEarly } : {}),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** The start of an answer without secrets: it is cut last, so that no part of a secret is left. */
function recordedLine(answer: string): string {
  if (answer === '') return '';
  const start = redact(answer.slice(0, MAX_REDACTED_ANSWER));
  // Plain text has lost characters that may have split a secret.
  return plainText(redact(plainText(start, MAX_REDACTED_ANSWER)), MAX_RECORDED_ANSWER);
}

/** Builds the `dispatched` event that begins an attempt. */
export function buildDispatchedEvent(facts: Omit<EventOf<'dispatched'>, 'type'>): EventOf<'dispatched'> {
  return { type: 'dispatched', ...facts };
}

/** Builds the `released` event, which ends an attempt and gives it back to its agent. */
export function buildReleasedEvent(agent: string, attempt: number, reason: string): EventOf<'released'> {
  return { type: 'released', agent, attempt, reason };
}

/** Builds the `rate-limited` event, which ends an attempt that the service refused. `waitMs` is 0 if nothing waits. */
export function buildRateLimitedEvent(facts: Omit<EventOf<'rate-limited'>, 'type'>): EventOf<'rate-limited'> {
  return { type: 'rate-limited', ...facts };
}

/** Builds the `refused` event, which ends an attempt that the service refused for good. */
export function buildRefusedEvent(facts: Omit<EventOf<'refused'>, 'type'>): EventOf<'refused'> {
  return { type: 'refused', ...facts };
}

/** What an attempt used. */
export type AttemptCost = Omit<EventOf<'spent'>, 'type' | 'agent' | 'attempt'>;

/** Builds the `spent` event of an attempt. */
export function buildSpentEvent(agent: string, attempt: number, cost: AttemptCost): EventOf<'spent'> {
  return { type: 'spent', agent, attempt, ...cost };
}

/** Builds the `spent` event of an attempt whose cost is unknown: `costUsd` is the most that it may have cost. */
export function buildAssumedSpentEvent(agent: string, attempt: number, costUsd: number): EventOf<'spent'> {
  const none = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  return buildSpentEvent(agent, attempt, { ...none, costUsd, isEstimate: true });
}

/** Builds the `spent` event of an attempt whose cost is unknown and for which none is assumed. `use`: what is known besides the cost. */
export function buildUnknownSpentEvent(
  agent: string,
  attempt: number,
  use: Partial<AttemptCost> = {},
): EventOf<'spent'> {
  const none = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  return buildSpentEvent(agent, attempt, { ...none, ...use, costUsd: 0, isUnknown: true });
}

/** Builds the `gap` event of an agent that has no valid output and gets no further attempt. */
export function buildGapEvent(agent: string, reason: string, by: EventOf<'gap'>['by']): EventOf<'gap'> {
  return { type: 'gap', agent, reason, by };
}

/** Builds the event of a session that runs this run. `transcript` is the path of its conversation, if known. */
export function buildSessionSeenEvent(session: string, transcript?: string): EventOf<'session-seen'> {
  return { type: 'session-seen', session, ...(transcript === undefined ? {} : { transcript }) };
}

/** Builds the event of a version of the client that carries agents of this run. */
export function buildClientSeenEvent(
  version: string,
  by: EventOf<'client-seen'>['by'],
): EventOf<'client-seen'> {
  return { type: 'client-seen', version, by };
}

/** Builds the event of a plan that the run has from now on. */
export function buildPlanAcceptedEvent(
  facts: Omit<EventOf<'plan-accepted'>, 'type'>,
): EventOf<'plan-accepted'> {
  return { type: 'plan-accepted', ...facts };
}

/** Builds the event of a plan whose agents may be dispatched. */
export function buildPlanConfirmedEvent(proof: Approved): EventOf<'plan-confirmed'> {
  return { type: 'plan-confirmed', ...proof };
}

/** Builds the event of a plan whose commands may run. The hash of the record covers all of them. */
export function buildCommandsApprovedEvent(proof: Approved): EventOf<'commands-approved'> {
  return { type: 'commands-approved', hash: proof.approval.hash, ...proof };
}

/** Builds the event of a worktree's setup command that may run. The hash of the record is that of the command. */
export function buildSetupApprovedEvent(proof: Approved): EventOf<'setup-approved'> {
  return { type: 'setup-approved', hash: proof.approval.hash, ...proof };
}

/** Builds the event of a chosen runner; without `by` the user chose it. */
export function buildDriverChosenEvent(driver: Driver, by?: 'engine'): EventOf<'driver-chosen'> {
  return { type: 'driver-chosen', driver, ...(by === undefined ? {} : { by }) };
}

/** Builds the event that stops all dispatches until a human resumes the run. */
export function buildHaltedEvent(reason: string): EventOf<'halted'> {
  return { type: 'halted', reason };
}

/** Builds the event that ends a halt. */
export function buildResumedEvent(): EventOf<'resumed'> {
  return { type: 'resumed' };
}

/** Builds the event that forgets until when the service refuses agents. */
export function buildLimitsLiftedEvent(): EventOf<'limits-lifted'> {
  return { type: 'limits-lifted' };
}

/**
 * Builds the event that tells whether the code of a run's agents has a sandbox; none if the ledger says the same. `known`: why there was none the last
 * time; `reason`: why there is none now.
 */
export function buildSandboxEvents(
  known: string | undefined,
  kind: EventOf<'sandbox-chosen'>['kind'],
  reason: string | undefined,
): EventOf<'sandbox-chosen'>[] {
  if (known === reason) return [];
  return [{ type: 'sandbox-chosen', kind, ...(reason === undefined ? {} : { reason }) }];
}

/** Maximum number of paths that an event about the client's settings names. */
const MAX_SETTING_PATHS = 50;

/** Builds the event of settings of the client that were changed while agents were at work; none without a path. */
export function buildSettingsChangedEvents(
  agents: readonly string[],
  paths: readonly string[],
): EventOf<'client-settings-changed'>[] {
  if (paths.length === 0) return [];
  return [{ type: 'client-settings-changed', agents, paths: paths.slice(0, MAX_SETTING_PATHS) }];
}

/** Builds the event of a written report. `gaps` is the number of agents without a valid output. */
export function buildReportedEvent(
  findings: FindingCounts,
  gaps: number,
  outputs: ReadonlyMap<string, string> = new Map(),
): EventOf<'reported'> {
  return {
    type: 'reported',
    findings,
    gaps,
    ...(outputs.size === 0 ? {} : { outputs: Object.fromEntries(outputs) }),
  };
}

/** Builds the `stage-checked` event: the engine's own check of a stage's work. */
export function buildStageCheckedEvent(
  check: Omit<EventOf<'stage-checked'>, 'type'>,
): EventOf<'stage-checked'> {
  return { type: 'stage-checked', ...check };
}

/** Builds the event of the beginning of a build, or its adoption from branches. */
export function buildBuildBegunEvent(event: Omit<EventOf<'build-begun'>, 'type'>): EventOf<'build-begun'> {
  return { type: 'build-begun', ...event };
}

/** Builds the event of the beginning of a module. */
export function buildModuleBegunEvent(event: Omit<EventOf<'module-begun'>, 'type'>): EventOf<'module-begun'> {
  return { type: 'module-begun', ...event };
}

/** Builds the event of the beginning of a module's review. */
export function buildModuleExaminedEvent(
  event: Omit<EventOf<'module-examined'>, 'type'>,
): EventOf<'module-examined'> {
  return { type: 'module-examined', ...event };
}

/** Builds the event of the merge of a module. */
export function buildModuleMergedEvent(
  event: Omit<EventOf<'module-merged'>, 'type'>,
): EventOf<'module-merged'> {
  return { type: 'module-merged', ...event };
}

/** Builds the event of a human's approval at a gate. */
export function buildGateApprovedEvent(
  approval: Omit<EventOf<'gate-approved'>, 'type'>,
): EventOf<'gate-approved'> {
  return { type: 'gate-approved', ...approval };
}
