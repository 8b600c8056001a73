import type { LedgerEntry } from './run-event.ts';

/** Sums over a run's events for its metrics. Times are milliseconds. */
export interface FlowState {
  /** When the first agent was dispatched, since the epoch. */
  firstAt?: number;
  /** Attempts that run now, and the most that ran at the same time. */
  running: number;
  peak: number;
  /** Since when something waits for a human, by its name: `gate/ship`, `module/auth`, `gap/a1`. */
  waiting: Map<string, number>;
  /** How long waits that have ended lasted together, and how many there were. */
  waitedMs: number;
  waits: number;
}

export const EMPTY_FLOW = { running: 0, peak: 0, waitedMs: 0, waits: 0 } as const;

/** The types of the events with which a wait begins or ends. */
export const FLOW_TYPES: ReadonlySet<string> = new Set([
  'stage-checked',
  'gate-approved',
  'gate-rejected',
  'module-blocked',
  'conflict-resolved',
  'gap',
  'retried',
]);

/** Begins or ends waits for a human, in place. */
export function applyToFlow(flow: FlowState, entry: LedgerEntry, at: number): void {
  switch (entry.type) {
    case 'stage-checked':
      if (entry.ok && (entry.stage === 'architect' || entry.stage === 'ship'))
        beginWait(flow, `gate/${entry.stage}`, at);
      break;
    case 'gate-approved':
    case 'gate-rejected':
      endWait(flow, `gate/${entry.stage}`, at);
      break;
    case 'module-blocked':
      beginWait(flow, `module/${entry.module}`, at);
      break;
    case 'conflict-resolved':
      endWait(flow, `module/${entry.module}`, at);
      break;
    case 'gap':
      if (entry.by === 'engine') beginWait(flow, `gap/${entry.agent}`, at);
      break;
    case 'retried':
      endWait(flow, `gap/${entry.agent}`, at);
      break;
  }
}

function beginWait({ waiting }: FlowState, name: string, at: number): void {
  if (!waiting.has(name)) waiting.set(name, at);
}

function endWait(flow: FlowState, name: string, at: number): void {
  const since = flow.waiting.get(name);
  if (since === undefined) return;
  flow.waiting.delete(name);
  flow.waitedMs += at - since;
  flow.waits += 1;
}
