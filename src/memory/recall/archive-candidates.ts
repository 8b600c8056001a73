import type { MemoryRecord } from './record.schema.ts';
import { supersededIds } from './select-recalls.ts';

/** Session records of this many newest runs of a role stay where they are. */
const KEPT_RUNS = 5;
const KEPT_DAYS = 60;
const DAY_MS = 86_400_000;

/** A session record that may move to the archive. */
export interface ArchiveCandidate {
  record: MemoryRecord;
  reason: 'old' | 'earlier-run' | 'superseded';
}

/** Returns the session records that are older than 60 days, older than the last 5 runs of their role, or superseded decisions. */
export function archiveCandidates(records: readonly MemoryRecord[], now: string): ArchiveCandidate[] {
  const superseded = supersededIds(records);
  const keptRuns = newestRuns(records);
  return records.flatMap((record): ArchiveCandidate[] => {
    if (record.layer !== 'session' || record.basis === 'claimed') return [];
    if (superseded.has(record.id)) return [{ record, reason: 'superseded' }];
    if (Date.parse(now) - Date.parse(record.at) > KEPT_DAYS * DAY_MS) return [{ record, reason: 'old' }];
    return keptRuns.get(record.role)?.has(record.run) ? [] : [{ record, reason: 'earlier-run' }];
  });
}

// Run ids start with their time.
function newestRuns(records: readonly MemoryRecord[]): Map<string, Set<string>> {
  const runs = new Map<string, Set<string>>();
  for (const { role, run } of records) runs.set(role, (runs.get(role) ?? new Set()).add(run));
  return new Map([...runs].map(([role, ids]) => [role, new Set([...ids].sort().slice(-KEPT_RUNS))]));
}
