import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describeListedRun, type ListedRun, listRuns } from '../pipeline/overview/list-runs.io.ts';
import { readStatus } from '../pipeline/overview/read-overview.io.ts';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import type { Need } from '../run/status/needs.ts';
import type { RunsDetail } from './detail.ts';

/** Time after which an active run is described again although its ledger is the same: attempts may have lost their owners. */
const RENEW_MS = 10_000;

type DescribedRun = ListedRun & { needs: Need[] };

/** The runs of a project, each described again only after a change. */
export class RunsReader {
  private readonly known = new Map<string, { at: number; ledger: string; run: DescribedRun }>();
  private readonly roots: readonly string[];
  private readonly project: string;

  constructor(roots: readonly string[], project: string) {
    this.roots = roots;
    this.project = project;
  }

  read(now: Date): RunsDetail {
    const { runs, diagnostics } = listRuns(this.roots, now, (dir, at) => this.describe(dir, at));
    return {
      project: this.project,
      now: now.getTime(),
      runs: (runs as DescribedRun[]).filter(({ project }) => project === this.project),
      problems: diagnostics,
    };
  }

  private describe(dir: string, now: Date): DescribedRun {
    const ledger = identifyLedger(dir);
    const known = this.known.get(dir);
    const isOver = known?.run.state === 'done';
    if (known?.ledger === ledger && (isOver || now.getTime() - known.at < RENEW_MS)) return known.run;
    const listed = describeListedRun(dir, now);
    const isOther = listed.project !== this.project || listed.state === 'done';
    const run = { ...listed, needs: isOther ? [] : readStatus(previewSnapshot(dir, now)).needs };
    this.known.set(dir, { at: now.getTime(), ledger, run });
    return run;
  }
}

function identifyLedger(dir: string): string {
  const stat = statSync(join(dir, 'ledger.jsonl'), { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '';
}
