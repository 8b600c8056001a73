import { isSettled, type Snapshot, standingOf } from '../dispatch/standing.ts';
import { buildReportedEvent } from '../ledger/events.ts';
import { appendEvents } from '../ledger/store.io.ts';
import { collectReport, writeReport } from './collect.io.ts';
import type { Report } from './report.ts';

export interface Finished {
  report: Report;
  files: string[];
  /** Number of agents that have not ended; above 0 the report is preliminary. */
  open: number;
}

/** Writes the report of a run in every format. If all agents have ended, records that the run is finished. Call it under the run's lock. */
export function finishRun(snapshot: Snapshot, now: Date): Finished {
  const report = collectReport(snapshot, now);
  const files = writeReport(snapshot.dir, report);
  const open = (snapshot.plan?.agents ?? []).filter(
    (agent) => !isSettled(standingOf(snapshot, agent)),
  ).length;
  const { findings } = report.counts;
  if (open === 0) appendEvents(snapshot.dir, [buildReportedEvent(findings, report.gaps.length)], now);
  return { report, files, open };
}
