import { previewSnapshot } from '../../run/dispatch/snapshot.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { isRunDir } from '../../run/ledger/locate.io.ts';
import type { RunMode } from '../../run/ledger/manifest.ts';
import type { RunPhase } from '../../run/ledger/phase.ts';
import { listRunDirs } from '../../run/ledger/store.io.ts';
import { describeStatus } from '../../run/status/status.ts';
import { type Diagnostic, ExpectedError } from '../../system/result.ts';
import { describeStages } from '../machine/pipeline.ts';
import { readBuildView } from '../machine/view.io.ts';

/** A run in the list of all runs. */
export interface ListedRun {
  id: string;
  mode: RunMode;
  project: string;
  task: string;
  created: string;
  state: RunPhase;
  /** Where a build is, as people number and name it; null for an audit. */
  stage: string | null;
  done: number;
  total: number;
}

/** Describes each run below these folders, the newest first. A damaged run gives a warning instead. */
export function listRuns(
  roots: readonly string[],
  now: Date,
  describe: (dir: string, now: Date) => ListedRun = describeListedRun,
): { runs: ListedRun[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const runs = listRunDirs(...roots)
    .filter(isRunDir)
    .flatMap((dir) => {
      try {
        return [describe(dir, now)];
      } catch (error) {
        // One damaged run must not hide the others.
        if (!(error instanceof ExpectedError)) throw error;
        diagnostics.push(
          ...error.failure.diagnostics.map((found) => ({ ...found, severity: 'warning' as const })),
        );
        return [];
      }
    });
  return { runs, diagnostics };
}

/** Describes one run for the list. Throws an ExpectedError if it is damaged. */
export function describeListedRun(dir: string, now: Date): ListedRun {
  const snapshot = previewSnapshot(dir, now);
  const { mode, created } = snapshot.manifest;
  const { run: id, project, task, state, counts, total } = describeStatus(snapshot);
  const stage = mode === 'build' ? stageOf(snapshot) : null;
  return { id, mode, project, task, created, state, stage, done: counts.done, total };
}

function stageOf(snapshot: Snapshot): string {
  const now = describeStages(readBuildView(snapshot)).find(({ state }) => state === 'now');
  return now ? `${now.number} ${now.stage}` : 'over';
}
