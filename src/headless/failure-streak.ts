import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';

/** Failed attempts with the same reason and no success in between after which the run halts. */
export const MAX_FAILURES_ALIKE = 8;

/** Counts the attempts of a call that fail alike: a program that cannot work fails every agent, and each attempt costs money. */
export class FailureStreak {
  private readonly counts = new Map<string, number>();

  /**
   * Takes the events of an ended attempt into account; `hasFailed`: its program failed itself, not only its file. Returns the reason, once, when the
   * run has to halt.
   */
  record(
    { id, kind, output }: PlannedAgent,
    events: readonly RunEvent[],
    hasFailed: boolean,
  ): string | undefined {
    const ended = events.find((event) => event.type === 'returned');
    if (kind !== 'agent' || ended === undefined) return undefined;
    if (ended.verdict === 'done') this.counts.clear();
    if (!hasFailed || ended.fault === undefined) return undefined;
    const key = normaliseReason(ended.fault, [output, id]);
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count === MAX_FAILURES_ALIKE ? ended.fault : undefined;
  }
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
