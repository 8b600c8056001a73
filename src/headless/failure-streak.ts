import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';

/** Failed attempts with the same reason and no success in between after which the run halts. */
const MAX_FAILURES_ALIKE = 8;
/** The same for attempts that all failed within their first seconds, as after a refusal of the service that is not recognised. */
const MAX_QUICK_FAILURES_ALIKE = 3;
/** The first seconds of an attempt, in milliseconds. */
const QUICK_MS = 10_000;

/** Why a run halts: the reason of so many attempts. */
export interface FailuresAlike {
  reason: string;
  count: number;
}

/** Counts the attempts of a call that fail alike: a program that cannot work fails every agent, and each attempt costs money. */
export class FailureStreak {
  private readonly counts = new Map<string, { all: number; quick: number }>();

  /**
   * Takes the events of an ended attempt into account; `hasFailed`: its program failed itself, not only its file; `tookMs`: how long it ran.
   * Returns the reason, once, when the run has to halt.
   */
  record(
    { id, kind, output }: PlannedAgent,
    events: readonly RunEvent[],
    hasFailed: boolean,
    tookMs: number,
  ): FailuresAlike | undefined {
    const ended = events.find((event) => event.type === 'returned');
    if (kind !== 'agent' || ended === undefined) return undefined;
    if (ended.verdict === 'done') this.counts.clear();
    if (!hasFailed || ended.fault === undefined) return undefined;
    const key = normaliseReason(ended.fault, [output, id]);
    const before = this.counts.get(key) ?? { all: 0, quick: 0 };
    const counts = { all: before.all + 1, quick: before.quick + (tookMs < QUICK_MS ? 1 : 0) };
    this.counts.set(key, counts);
    return isHalt(counts) && !isHalt(before) ? { reason: ended.fault, count: counts.all } : undefined;
  }
}

function isHalt({ all, quick }: { all: number; quick: number }): boolean {
  return all >= MAX_FAILURES_ALIKE || quick >= MAX_QUICK_FAILURES_ALIKE;
}

/** A reason without what differs from agent to agent: its own names, paths and numbers. Pure. */
export function normaliseReason(reason: string, names: readonly string[]): string {
  const general = names.reduce((text, name) => text.replaceAll(name, '#'), reason);
  return general
    .toLowerCase()
    .replace(/\S*\/\S*/g, '#')
    .replace(/\b[0-9a-f-]{8,}\b/g, '#')
    .replace(/\d+(?:\.\d+)*/g, '#')
    .replace(/\s+/g, ' ');
}
