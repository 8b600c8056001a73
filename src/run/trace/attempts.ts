import type { FindingCounts } from '../../findings/finding.ts';
import type { Driver } from '../ledger/manifest.ts';
import type { LedgerEntry } from '../ledger/run-event.ts';
import type { Verdict } from '../outputs/sentinel.ts';

/** One attempt of an agent, from its events. Times are milliseconds since the epoch. */
export interface TracedAttempt {
  agent: string;
  attempt: number;
  wave: number;
  driver: Driver;
  startedAt: number;
  /** Absent while it runs. */
  endedAt?: number;
  /** How it ended: the verdict on its file, or why it was given back. */
  outcome: TracedOutcome;
  /** The service's words, the fault of its file, or why it was given back. */
  fault?: string;
  /** What it said in one line. */
  line?: string;
  findings?: FindingCounts;
  words?: number;
  sentBack: number;
  costUsd: number;
  /** The client reported no cost: an estimate, or the cap, counts. */
  isCostAssumed: boolean;
  /** The client reported no cost, and nothing is assumed. */
  isCostUnknown: boolean;
  inputTokens: number;
  outputTokens: number;
  /** Tool calls that the client did not permit. */
  denied: readonly string[];
  /** The client's id of the call that started it. */
  toolUse?: string;
}

export type TracedOutcome = 'running' | Verdict | 'given back' | 'refused' | 'limited';

/** What happened between the attempts: gaps, second grants, halts, gates, reports. */
export interface TracedMark {
  at: number;
  text: string;
  agent?: string;
}

export interface Trace {
  attempts: TracedAttempt[];
  marks: TracedMark[];
}

/** Joins the events of a run's ledger into its attempts, by start, and the marks between them. Pure. */
export function traceAttempts(entries: readonly LedgerEntry[]): Trace {
  const tracer = new AttemptTracer();
  for (const entry of entries) tracer.add(entry);
  const { attempts, marks } = tracer;
  return { attempts, marks };
}

/** Joins the events of a growing ledger. The attempts change in place. */
export class AttemptTracer implements Trace {
  readonly attempts: TracedAttempt[] = [];
  readonly marks: TracedMark[] = [];
  private readonly open = new Map<string, TracedAttempt>();

  add(entry: LedgerEntry): void {
    const at = Date.parse(entry.at);
    if (entry.type === 'dispatched') {
      const begun = begin(entry, at);
      this.attempts.push(begun);
      this.open.set(keyOf(entry), begun);
    } else if ('attempt' in entry && 'agent' in entry) {
      const known = this.open.get(keyOf(entry));
      if (known) apply(known, entry, at);
    } else this.marks.push(...markOf(entry, at));
  }
}

const keyOf = ({ agent, attempt }: { agent: string; attempt: number }) => `${agent}/${attempt}`;

function begin(
  { agent, attempt, wave, driver, toolUse }: Extract<LedgerEntry, { type: 'dispatched' }>,
  at: number,
): TracedAttempt {
  return {
    agent,
    attempt,
    wave,
    driver,
    startedAt: at,
    outcome: 'running',
    sentBack: 0,
    costUsd: 0,
    isCostAssumed: false,
    isCostUnknown: false,
    inputTokens: 0,
    outputTokens: 0,
    denied: [],
    ...(toolUse === undefined ? {} : { toolUse }),
  };
}

/** Changes the attempt by one of its events. Of an end after the first one only this counts: the engine takes back what counted as done. */
function apply(known: TracedAttempt, entry: LedgerEntry, at: number): void {
  if (entry.type === 'sent-back') known.sentBack += 1;
  if (entry.type === 'spent') {
    known.costUsd += entry.costUsd;
    known.isCostAssumed ||= entry.isEstimate === true;
    known.isCostUnknown ||= entry.isUnknown === true;
    known.inputTokens += entry.inputTokens;
    known.outputTokens += entry.outputTokens;
  }
  const end = endOf(entry);
  if (known.endedAt !== undefined) {
    if (entry.type === 'returned' && known.outcome === 'done' && entry.verdict !== 'done')
      Object.assign(known, { outcome: entry.verdict, fault: entry.fault ?? 'it counted as done before' });
    return;
  }
  if (end) Object.assign(known, end, { endedAt: at });
}

function endOf(entry: LedgerEntry): Partial<TracedAttempt> | undefined {
  switch (entry.type) {
    case 'returned': {
      const { verdict, fault, line, findings, words, denied = [] } = entry;
      return { outcome: verdict, line, findings, words, denied, ...(fault === undefined ? {} : { fault }) };
    }
    case 'released':
      return { outcome: 'given back', fault: entry.reason };
    case 'rate-limited':
      return { outcome: 'limited', ...(entry.text === undefined ? {} : { fault: entry.text }) };
    case 'refused':
      return { outcome: 'refused', fault: entry.text };
    default:
      return undefined;
  }
}

function markOf(entry: LedgerEntry, at: number): TracedMark[] {
  switch (entry.type) {
    case 'gap':
      return [{ at, agent: entry.agent, text: `gap: ${entry.reason}` }];
    case 'retried':
      return [{ at, agent: entry.agent, text: `one more attempt: ${entry.reason}` }];
    case 'halted':
      return [{ at, text: `halted: ${entry.reason}` }];
    case 'resumed':
      return [{ at, text: 'resumed' }];
    case 'plan-confirmed':
      return [{ at, text: 'plan confirmed' }];
    case 'commands-approved':
      return [{ at, text: 'commands approved' }];
    case 'stage-checked': {
      const [fault] = entry.faults;
      const rest = entry.faults.length > 1 ? ` (${entry.faults.length} faults)` : '';
      const why = fault === undefined ? '' : `: ${fault}${rest}`;
      return entry.ok ? [] : [{ at, agent: entry.by, text: `stage ${entry.stage} failed its checks${why}` }];
    }
    case 'module-judged':
      return entry.verdict === 'pass'
        ? []
        : [
            {
              at,
              agent: entry.by,
              text: `module ${entry.module}: ${entry.verdict} (${entry.reasons.join('; ')})`,
            },
          ];
    case 'gate-asked':
      return [{ at, text: `gate ${entry.stage} waits for a human` }];
    case 'gate-approved':
      return [{ at, text: `gate ${entry.stage} approved` }];
    case 'gate-rejected':
      return [{ at, text: `gate ${entry.stage} rejected` }];
    case 'reported':
      return [{ at, text: 'report written' }];
    default:
      return [];
  }
}
