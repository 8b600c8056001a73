import { isSettled, type Snapshot, standingOf, stateOf } from '../dispatch/standing.ts';
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
  const outputs = hashUnaccepted(snapshot);
  const report = collectReport(snapshot, now, outputs);
  const files = writeReport(snapshot.dir, report);
  const open = (snapshot.plan?.agents ?? []).filter(
    (agent) => !isSettled(standingOf(snapshot, agent)),
  ).length;
  const { findings } = report.counts;
  if (open === 0)
    appendEvents(snapshot.dir, [buildReportedEvent(findings, report.gaps.length, outputs)], now);
  return { report, files, open };
}

/** The hashes of complete outputs without an accepted hash: their agents have not returned, and may never do. */
function hashUnaccepted(snapshot: Snapshot): Map<string, string> {
  const open = (snapshot.plan?.agents ?? []).filter(
    (agent) => stateOf(snapshot, agent.id).accepted === undefined && standingOf(snapshot, agent) === 'done',
  );
  return new Map(
    open.flatMap(({ id }) => {
      const { sha256 } = snapshot.inspect(id);
      return sha256 === undefined ? [] : [[id, sha256] as const];
    }),
  );
}
