import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { examineMachine } from '../maintenance/examine.io.ts';
import { examineBuild } from '../maintenance/examine-build.io.ts';
import { findOrphans } from '../maintenance/find-orphans.io.ts';
import { judgeOrphans } from '../maintenance/judge.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'doctor',
  example: 'sao doctor',
  arguments: [],
  options: [
    {
      flags: '--build',
      description:
        'also check what a build of this project needs: output tokens, an author, a first commit, a clean branch',
    },
  ],
  details:
    'Also names what is left of runs without their other parts, each with the command that continues or removes it: branches and worktrees without a run, runs without a project, processes of a killed runner.\nExit codes: 0 all requirements are met; 3 a requirement is missing.',
  schema: z.object({ build: z.boolean().default(false), ...runsDirOption }),
  async handler({ build, runsDir }, context) {
    const general = await examineMachine(rootChoice({ runsDir }, context));
    const project = findProject(context.cwd);
    if (!project.ok) return project;
    const more = build ? await examineBuild(project.value, context.env) : [];
    const isNew = ({ check }: { check: string }) => !general.some((each) => each.check === check);
    const orphans = judgeOrphans(
      await findOrphans(rootChoice({ runsDir }, context), project.value, 'everywhere'),
    );
    const checks = [...general, ...orphans, ...more.filter(isNew)];
    return accept({ data: { checks }, exit: checks.some(({ level }) => level === 'fail') ? 3 : 0 });
  },
  render: ({ checks }) =>
    checks
      .flatMap(({ level, check, message, fix }) => [
        `${level.padEnd(4)}  ${check.padEnd(6)}  ${plainText(message)}`,
        ...(fix === undefined ? [] : [`${' '.repeat(14)}Fix: ${plainText(fix)}`]),
      ])
      .join('\n'),
});
