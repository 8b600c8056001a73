import { dirname } from 'node:path';
import * as z from 'zod';
import { beginBuild } from '../pipeline/drive/begin.io.ts';
import { exitCodeOfBuild, renderBuildProgress } from '../pipeline/drive/progress-text.ts';
import { type BuildProgress, resumeBuild } from '../pipeline/drive/resume-build.io.ts';
import { addNext } from '../session/next/answer.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice } from './options.ts';
import { RUNNER_OPTIONS, readRunner, runnerSchema } from './run.ts';

const buildSchema = runnerSchema.extend({ description: z.string(), project: z.string().optional() });

export const command = defineCommand<z.infer<typeof buildSchema>, BuildProgress>({
  name: 'build',
  example: "sao build 'Add a billing service' --project .",
  arguments: [{ name: '<description>', description: 'describe what to build' }],
  options: [
    {
      flags: '--project <dir>',
      description: 'build in this git repository (default: the one around this folder)',
    },
    ...RUNNER_OPTIONS,
  ],
  details: `Eight stages: architect (1), bootstrap (1b), scaffold (2), build (3), assemble (4), harden (5), ship (6), curate (7).
Works in worktrees of the run, on branches orchestration/{run}/…; your checkout does not change before stage 6.
Without --driver, only creates the run; continue with \`sao next\` inside a session, or with \`sao run --driver claude\`.
Stops if a human has to decide, and prints the command that continues: \`sao gate approve architect\`.
Exit codes: 0 done, or created without --driver; 1 a gate is closed, or the build is stuck or halted; 3 a requirement is missing (\`sao doctor --build\`); 130 interrupted.`,
  schema: buildSchema,
  async handler({ description, project, runsDir, ...input }, context) {
    const drive = readRunner(input, context);
    if (!drive.ok) return drive;
    const { driver } = drive.value;
    const choice = rootChoice({ runsDir }, context);
    const begun = await beginBuild({ description, project, driver }, choice, context);
    if (!begun.ok) return begun;
    const schedule = drive.value.schedule ?? (driver === undefined ? 'rolling' : 'waves');
    const order = { ...drive.value, schedule, dir: begun.value.dir, engineOnly: driver === undefined };
    const carried = await resumeBuild(order, context);
    if (!carried.ok) return carried;
    if (driver !== undefined)
      return accept({ data: carried.value, exit: exitCodeOfBuild(carried.value) }, begun.diagnostics);
    const data = await addNext(carried.value, dirname(begun.value.dir), context);
    return accept({ data }, begun.diagnostics);
  },
  render: renderBuildProgress,
});
