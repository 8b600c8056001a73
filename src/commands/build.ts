import * as z from 'zod';
import { findOrAdoptBuild } from '../pipeline/drive/adopt.io.ts';
import { beginBuild } from '../pipeline/drive/begin.io.ts';
import { exitCodeOfBuild, renderBuildProgress } from '../pipeline/drive/progress-text.ts';
import { type BuildProgress, resumeBuild } from '../pipeline/drive/resume-build.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { addNext } from '../session/next/answer.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Context, defineCommand } from './command.ts';
import { oneOf, rootChoice } from './options.ts';
import { RUNNER_OPTIONS, readRunner, runnerSchema } from './run.ts';

const DELIVERIES = ['merge', 'branch'] as const;

const buildSchema = runnerSchema.extend({
  description: z.string().optional(),
  project: z.string().optional(),
  resume: z.union([z.string(), z.literal(true)]).optional(),
  deliver: oneOf(DELIVERIES).default('merge'),
  remote: z.string().min(1).optional(),
  branch: z.string().min(1).max(200).optional(),
  unattended: z.boolean().default(false),
});

export const command = defineCommand<z.infer<typeof buildSchema>, BuildProgress>({
  name: 'build',
  example: "sao build 'Add a billing service' --project .",
  arguments: [{ name: '[description]', description: 'describe what to build; with --resume not needed' }],
  options: [
    {
      flags: '--project <dir>',
      description: 'build in this git repository (default: the one around this folder)',
    },
    {
      flags: '--deliver <how>',
      description:
        'choose how the build ends: by a merge into the current branch, or by a pushed branch with the text of a pull request (default: merge)',
      choices: DELIVERIES,
    },
    { flags: '--remote <name>', description: 'with --deliver branch: use this remote of the repository' },
    {
      flags: '--branch <name>',
      description: 'with --deliver branch: use this name for the pushed branch (default: sao/{run})',
    },
    {
      flags: '--resume [build]',
      description:
        'name a build to resume by its id or branch (default: the only one that is not merged); its branches are adopted if its ledger is lost',
    },
    ...RUNNER_OPTIONS,
    {
      flags: '--unattended',
      description:
        'run worktree.setup of the project without a terminal, as in a CI job; the ledger says that no human approved it',
    },
  ],
  details: `Eight stages: architect (1), bootstrap (1b), scaffold (2), build (3), assemble (4), harden (5), ship (6), curate (7).
Works in worktrees of the run, on branches orchestration/{run}/…; your checkout does not change before stage 6.
Without --driver, only creates the run; continue with \`sao next\` inside a session, or with \`sao run --driver claude\`.
The engine's own commits are never signed. If commit.gpgSign is on, agents' commits fail where your key is out of their reach: turn it off for the repository,
and sign what the build delivers (git commit --amend --no-edit -S, or the merge of a branch of --deliver branch).
With --deliver branch, the approved commit is pushed to the branch sao/{run} of the remote; pull-request.md in the run's folder has the text.
With --resume after a reboot, or on another clone with the branches orchestration/*: continues from the contract and the modules that are merged there.
Approvals are not adopted, so each gate asks again; what is not merged is continued on its branch.
Stops if a human has to decide, and prints the command that continues: \`sao gate approve architect\`.
Exit codes: 0 done, or created without --driver; 1 a gate is closed, or the build is stuck or halted; 3 a requirement is missing (\`sao doctor --build\`); 130 interrupted.`,
  schema: buildSchema,
  async handler(
    { description, project, resume, runsDir, deliver, remote, branch, unattended, ...input },
    context,
  ) {
    const target = readDelivery(deliver, remote);
    if (!target.ok) return target;
    if (branch !== undefined && target.value === undefined)
      return reject({
        code: 'usage',
        message: '--branch is given, but the build ends in a merge, which pushes nothing',
        target: '--branch',
        fix: 'add --deliver branch --remote origin, or leave out --branch',
      });
    const drive = readRunner(input, context);
    if (!drive.ok) return drive;
    const { driver } = drive.value;
    const choice = rootChoice({ runsDir }, context);
    const begun = await beginOrResume(
      {
        description,
        project,
        driver,
        resume,
        deliverTo: target.value,
        isUnattended: unattended,
        deliverAs: branch,
      },
      choice,
      context,
    );
    if (!begun.ok) return begun;
    const schedule = drive.value.schedule ?? (driver === undefined ? 'rolling' : 'waves');
    const order = {
      ...drive.value,
      schedule,
      dir: begun.value.dir,
      engineOnly: driver === undefined,
      isUnattended: unattended,
    };
    const carried = await resumeBuild(order, context);
    if (!carried.ok) return carried;
    if (driver !== undefined)
      return accept({ data: carried.value, exit: exitCodeOfBuild(carried.value) }, begun.diagnostics);
    const data = await addNext(carried.value, begun.value.root, context);
    return accept({ data }, begun.diagnostics);
  },
  render: renderBuildProgress,
});

/** The remote to push to; undefined for a merge. A push goes only to a remote that the user names. */
function readDelivery(
  deliver: (typeof DELIVERIES)[number],
  remote: string | undefined,
): Result<string | undefined> {
  if ((deliver === 'branch') === (remote !== undefined)) return accept(remote);
  return reject({
    code: 'usage',
    message:
      remote === undefined
        ? '--deliver branch needs the remote to push to'
        : '--remote is given, but the build ends in a merge, which pushes nothing',
    target: '--remote',
    fix:
      remote === undefined
        ? 'add --remote origin (`git remote` lists the names)'
        : 'add --deliver branch, or leave out --remote',
  });
}

/** Creates a build, or finds or adopts the one to resume. */
async function beginOrResume(
  {
    description,
    project,
    driver,
    resume,
    deliverTo,
    isUnattended,
    deliverAs,
  }: Pick<z.infer<typeof buildSchema>, 'description' | 'project' | 'driver' | 'resume'> & {
    deliverTo: string | undefined;
    isUnattended: boolean;
    deliverAs: string | undefined;
  },
  choice: RootChoice,
  context: Context,
): Promise<Result<{ dir: string; root: string }>> {
  if (resume !== undefined) {
    const named = resume === true ? undefined : resume;
    return await findOrAdoptBuild(
      { named, description, project, driver, deliverTo, deliverAs },
      choice,
      context,
    );
  }
  if (description === undefined)
    return reject({
      code: 'usage',
      message: 'description: is missing',
      target: 'description',
      fix: "sao build 'What to build', or sao build --resume",
    });
  return await beginBuild(
    { description, project, driver, deliverTo, deliverAs, isUnattended },
    choice,
    context,
  );
}
