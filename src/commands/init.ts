import * as z from 'zod';
import { beginRun, checkTask, UNNAMED_TASK } from '../run/ledger/begin.io.ts';
import { accept, reject } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

const severalLines = (lines: number) => ({
  code: 'task-wrong',
  message: `--task has ${lines} lines; the task of a run is one line`,
  target: '--task',
  fix: 'give one line; details belong into the plan',
});

export const command = defineCommand({
  name: 'init',
  example: "sao init --task 'Audit the payment service' --project .",
  arguments: [],
  options: [
    { flags: '--task <text>', description: 'set the task of the run, in one line' },
    {
      flags: '--project <dir>',
      description: 'set the project of the run (default: the git repository around this folder)',
    },
  ],
  schema: z.object({
    task: z.string().optional(),
    project: z.string().optional(),
    ...runsDirOption,
  }),
  async handler({ task, project, runsDir }, context) {
    const lines = task?.trim().split(/\r\n?|\n/).length ?? 1;
    if (lines > 1) return reject(severalLines(lines));
    const checked = checkTask(task ?? UNNAMED_TASK);
    if (!checked.ok) return checked;
    const begun = beginRun({ task: checked.value, project }, rootChoice({ runsDir }, context), context.now());
    return begun.ok ? accept({ data: begun.value }, begun.diagnostics) : begun;
  },
  render: ({ run, dir }) => `${run}\n${dir}`,
});
