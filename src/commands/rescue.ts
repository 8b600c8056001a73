import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { locateRun } from '../run/ledger/locate.io.ts';
import { findProject } from '../run/ledger/project.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { quoteCommand } from '../system/command-line.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { describeRescue, listRescues, type RescuedWork } from '../workspace/worktree/rescues.io.ts';
import { type Answer, defineCommand } from './command.ts';
import { oneOf } from './options.ts';

const ACTIONS = ['list', 'show'] as const;

interface Shown extends Omit<RescuedWork, 'restore'> {
  /** A shell command that creates a branch from the work. */
  restore: string;
  /** `show`: the files that differ from the commit that the work was based on. */
  files?: string[];
}

interface Data {
  project: string;
  rescues: Shown[];
}

export const command = defineCommand<
  {
    action: (typeof ACTIONS)[number];
    run?: string | undefined;
    module?: string | undefined;
    runsDir?: string | undefined;
  },
  Data
>({
  name: 'rescue',
  example: 'sao rescue list',
  arguments: [
    {
      name: '<action>',
      description: `one of ${ACTIONS.join(', ')}; show also prints the files`,
      choices: ACTIONS,
    },
    {
      name: '[run]',
      description: 'name the run by id or prefix, even if it was removed (default: all runs)',
    },
    { name: '[module]', description: 'show only work of this module' },
  ],
  options: [],
  details: `Rescued work stays in the project's repository, under refs/sao/rescue/{run}/{module}/{n}, after the run directory is removed; git never
removes it. The printed command creates a branch from it and changes no file.`,
  schema: z.object({
    action: oneOf(ACTIONS),
    run: z.string().optional(),
    module: z.string().optional(),
    runsDir: z.string().optional(),
  }),
  async handler({ action, run, module, runsDir }, context) {
    const project = projectOf(run, { flag: runsDir, env: context.env, cwd: context.cwd });
    if (!project.ok) return project;
    const all = await listRescues(project.value, run);
    if (!all.ok) return all;
    const found = all.value.filter((each) => module === undefined || each.module === module);
    return action === 'list' ? list(project.value, found) : await show(project.value, found);
  },
  render: ({ rescues }) => (rescues.length === 0 ? 'no rescued work' : rescues.map(renderRescue).join('\n')),
});

/** The project of the run, or of the current folder if the run was removed. */
function projectOf(run: string | undefined, choice: RootChoice): Result<string> {
  const found = run === undefined ? undefined : locateRun(run, choice);
  const manifest = found?.ok ? readManifest(found.value.dir) : undefined;
  if (manifest?.ok) return accept(manifest.value.project);
  if (run !== undefined && !/^[0-9a-f-]+$/.test(run))
    return reject({
      code: 'run-unknown',
      message: `"${run}" is not the id of a run`,
      target: run,
      fix: 'sao rescue list',
    });
  return findProject(choice.cwd);
}

function list(project: string, found: readonly RescuedWork[]): Result<Answer<Data>> {
  return accept({ data: { project, rescues: found.map(withCommand) } });
}

async function show(project: string, found: readonly RescuedWork[]): Promise<Result<Answer<Data>>> {
  const rescues: Shown[] = [];
  for (const work of found) {
    const files = await describeRescue(project, work.ref);
    if (!files.ok) return files;
    rescues.push({ ...withCommand(work), files: files.value });
  }
  return accept({ data: { project, rescues } });
}

function withCommand(work: RescuedWork): Shown {
  return { ...work, restore: quoteCommand(work.restore) };
}

function renderRescue({ ref, kept, commit, subject, restore, files }: Shown): string {
  const lines = [
    `${ref}  ${kept}  ${commit.slice(0, 12)}  ${plainText(subject, 80)}`,
    ...(files ?? []).map((file) => `  ${plainText(file, 200)}`),
  ];
  return [...lines, `  restore: ${plainText(restore)}`].join('\n');
}
