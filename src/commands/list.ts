import { basename } from 'node:path';
import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { type ListedRun, listRuns } from '../pipeline/overview/list-runs.io.ts';
import { openRunRoots } from '../run/ledger/roots.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

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
    const { runs, diagnostics } = listRuns(all, context.now());
    return accept({ data: { root: all[0], roots: all, runs } }, [...roots.diagnostics, ...diagnostics]);
  },
  render: ({ roots, runs }) =>
    runs.length === 0 ? `no runs in ${roots.join(' or ')}` : runs.map((run) => renderRun(run)).join('\n'),
});

function renderRun({ id, mode, state, stage, done, total, project, task }: ListedRun): string {
  const share = stage ?? `${done}/${total}`;
  return `${id}  ${mode}  ${state.padEnd(8)}  ${share.padStart(11)}  ${plainText(basename(project), 30)}: ${plainText(task, 70)}`;
}
