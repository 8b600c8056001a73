import { basename } from 'node:path';
import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { describeStages } from '../pipeline/machine/pipeline.ts';
import { readBuildView } from '../pipeline/machine/view.io.ts';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import type { Snapshot } from '../run/dispatch/standing.ts';
import { isRunDir } from '../run/ledger/locate.io.ts';
import type { RunMode } from '../run/ledger/manifest.ts';
import type { RunPhase } from '../run/ledger/phase.ts';
import { openRunRoots } from '../run/ledger/roots.io.ts';
import { listRunDirs } from '../run/ledger/store.io.ts';
import { describeStatus } from '../run/status/status.ts';
import { accept, type Diagnostic, ExpectedError } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

interface ListedRun {
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

export const command = defineCommand({
  name: 'list',
  example: 'sao list --json',
  arguments: [],
  options: [],
  details:
    'Prints the newest run first: for an audit the number of finished agents, for a build its stage. A run is done when its report is written.',
  schema: z.object({ ...runsDirOption }),
  async handler({ runsDir }, context) {
    const roots = openRunRoots(rootChoice({ runsDir }, context));
    if (!roots.ok) return roots;
    const { all } = roots.value;
    const diagnostics: Diagnostic[] = [...roots.diagnostics];
    const runs = listRunDirs(...all)
      .filter(isRunDir)
      .flatMap((dir) => {
        try {
          return [describeRun(dir, context.now())];
        } catch (error) {
          // One damaged run must not hide the others.
          if (!(error instanceof ExpectedError)) throw error;
          diagnostics.push(
            ...error.failure.diagnostics.map((found) => ({ ...found, severity: 'warning' as const })),
          );
          return [];
        }
      });
    return accept({ data: { root: all[0], roots: all, runs } }, diagnostics);
  },
  render: ({ roots, runs }) =>
    runs.length === 0 ? `no runs in ${roots.join(' or ')}` : runs.map((run) => renderRun(run)).join('\n'),
});

function describeRun(dir: string, now: Date): ListedRun {
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

function renderRun({ id, mode, state, stage, done, total, project, task }: ListedRun): string {
  const share = stage ?? `${done}/${total}`;
  return `${id}  ${mode}  ${state.padEnd(8)}  ${share.padStart(11)}  ${plainText(basename(project), 30)}: ${plainText(task, 70)}`;
}
