import { dirname, join } from 'node:path';
import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { refreshPipelinePage } from '../pipeline/drive/refresh-page.io.ts';
import { restoreBuild } from '../pipeline/drive/restore.io.ts';
import { readProjectConfig } from '../run/ledger/project-config.io.ts';
import { openConfinement } from '../run/sandbox/open-confinement.io.ts';
import { setProjectHooks } from '../system/git/worktree-variables.io.ts';
import { accept, catchExpectedError, type Diagnostic, type Result, reject, warn } from '../system/result.ts';
import { confineSetup } from '../system/sandbox/confinement.ts';
import { openSetupApproval, openSetupQuestion } from '../workspace/worktree/approve-setup.io.ts';
import { createWorktrees } from '../workspace/worktree/create.io.ts';
import { listWorktrees } from '../workspace/worktree/list.io.ts';
import { prepareWorktree } from '../workspace/worktree/prepare.io.ts';
import { pruneWorktrees, repairWorktrees } from '../workspace/worktree/prune.io.ts';
import { type RemovedTree, removeWorktree } from '../workspace/worktree/remove.io.ts';
import { openRunSite } from '../workspace/worktree/run-site.io.ts';
import { resolveTarget, type Site } from '../workspace/worktree/site.io.ts';
import { describeRestored } from '../workspace/worktree/tree-damage.ts';
import { worktreeProblems } from '../workspace/worktree/wording.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf } from './options.ts';

const ACTIONS = ['create', 'list', 'remove', 'prune', 'repair'] as const;

interface Line {
  module: string;
  what: string;
  [more: string]: unknown;
}

interface Data {
  run: string;
  action: (typeof ACTIONS)[number];
  worktrees: Line[];
}

interface Input {
  modules: string[];
  base?: string | undefined;
  target?: string | undefined;
  keepBranch?: boolean | undefined;
  all?: boolean | undefined;
  unattended?: boolean | undefined;
}

type WorktreeAnswer = Result<Answer<Line[]>>;

export const command = defineCommand<
  Input & { action: Data['action']; run?: string | undefined; runsDir?: string | undefined },
  Data
>({
  name: 'worktree',
  example: 'sao worktree list',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[run]',
      description: "name the run by id, unique prefix or path (default: the project's newest active run)",
    },
    { name: '[modules...]', description: 'create, remove: name the modules' },
  ],
  options: [
    {
      flags: '--base <commit>',
      description: 'create: start the branches at this commit (default: HEAD of the project)',
    },
    {
      flags: '--target <branch>',
      description:
        "use this branch as the target of finished work (default: the run's integration branch, or else HEAD)",
    },
    { flags: '--keep-branch', description: 'remove: keep the branch' },
    {
      flags: '--all',
      description: 'prune: also remove worktrees whose work is not in the target; rescue that work',
    },
    {
      flags: '--unattended',
      description: 'create: run worktree.setup of the project without a terminal, as in a CI job',
    },
  ],
  details: `The worktree of a module is builds/{module} in the run directory, or below /tmp/orchestration/.trees if the run is kept in ~/.local/state, on the branch orchestration/{run}/{module}.
Before a worktree is removed, its commits are in the target, or all its work, with uncommitted and new files, is under a rescue ref (\`sao rescue list\`).
Files that git ignores are rescued too, except folders that tools rebuild, such as node_modules.
No worktree is removed while an agent works in it.
repair restores lost or damaged worktrees and branches of a build, also those whose HEAD leads nowhere, from the commits that its ledger names; \`sao run\` does the same before each step.
It keeps uncommitted files in place, and everything else that is in no branch under a rescue ref.`,
  schema: z.object({
    action: oneOf(ACTIONS),
    run: z.string().optional(),
    modules: z.array(z.string()),
    base: z.string().optional(),
    target: z.string().optional(),
    keepBranch: z.boolean().optional(),
    all: z.boolean().optional(),
    unattended: z.boolean().optional(),
    runsDir: z.string().optional(),
  }),
  async handler({ action, run, runsDir, ...input }, context) {
    const opened = await openRunSite(run, { flag: runsDir, env: context.env, cwd: context.cwd });
    if (!opened.ok) return opened;
    const answer = await HANDLERS[action](opened.value, input, context);
    if (!answer.ok) return answer;
    const { data: worktrees, ...rest } = answer.value;
    return accept({ data: { run: opened.value.run, action, worktrees }, ...rest }, answer.diagnostics);
  },
  render: ({ worktrees }) =>
    worktrees.length === 0
      ? 'nothing to do'
      : worktrees.map(({ module, what }) => `${module.padEnd(20)}  ${plainText(what)}`).join('\n'),
});

const HANDLERS: Record<
  Data['action'],
  (site: Site, input: Input, context: Context) => Promise<WorktreeAnswer>
> = {
  async create(site, { modules, base = 'HEAD', unattended }, context) {
    const { env, cwd, now, stdinIsTerminal } = context;
    if (modules.length === 0) return nameModules('create');
    const made = await createWorktrees(site, modules, base);
    if (!made.ok) return made;
    const config = readProjectConfig(site.repo.directory);
    if (!config.ok) return config;
    const logs = join(dirname(site.builds), 'setup');
    const project = site.repo.directory;
    const confinement = await openConfinement({ dir: site.runDir, run: site.run, project }, { env, cwd });
    if (!confinement.ok) return confinement;
    const caller = { env, now, stdinIsTerminal, isUnattended: unattended };
    const confirmSetup = openSetupQuestion(context);
    const requireApproval = openSetupApproval(site.runDir, { ...caller, confirmSetup });
    for (const { module, place } of made.value) {
      setProjectHooks(place, config.value.build.projectHooks);
      const confine = confineSetup(confinement.value, place);
      const prepared = await catchExpectedError(() =>
        prepareWorktree(site, module, config.value.worktree, {
          ...{ env, requireApproval, confine, logs },
        }),
      );
      if (!prepared.ok) return prepared;
    }
    // The setup command may have been approved just now.
    refreshPipelinePage(site.runDir, context);
    const data = made.value.map((tree) => ({
      ...tree,
      what: `${tree.isNew ? 'created' : 'already there'}, at ${tree.head.slice(0, 12)} in ${tree.place}`,
    }));
    return accept({ data });
  },
  async list(site, { target }) {
    const commit = await resolveTarget(site, target);
    if (!commit.ok) return commit;
    const known = await listWorktrees(site, commit.value.commit);
    if (!known.ok) return known;
    const data = known.value.map((tree) => ({
      ...tree,
      what: `${tree.state.padEnd(10)}  ${tree.head?.slice(0, 12) ?? 'no commit'}  ${tree.changes > 0 ? `${tree.changes} changed  ` : ''}${tree.place}`,
    }));
    return accept({ data });
  },
  async remove(site, { modules, target, keepBranch = false }) {
    if (modules.length === 0) return nameModules('remove');
    const chosen = await resolveTarget(site, target);
    if (!chosen.ok) return chosen;
    const removed: RemovedTree[] = [];
    for (const module of modules) {
      const gone = await removeWorktree(site, module, { target: chosen.value.name, keepBranch });
      if (!gone.ok) return gone;
      if (!gone.value.existed) return reject(worktreeProblems.unknown(site.run, module));
      removed.push(gone.value);
    }
    return accept({ data: removed.map(describeRemoved), diagnostics: removed.flatMap(warnOfIgnored) });
  },
  async prune(site, { target, all = false }) {
    const chosen = await resolveTarget(site, target);
    if (!chosen.ok) return chosen;
    const pruned = await pruneWorktrees(site, { target: chosen.value.name, all });
    if (!pruned.ok) return pruned;
    const { removed, kept } = pruned.value;
    const left = kept.map(({ module, reason }) => ({ module, what: `kept: ${reason}`, reason }));
    return accept({
      data: [...removed.map(describeRemoved), ...left],
      diagnostics: removed.flatMap(warnOfIgnored),
    });
  },
  async repair(site) {
    const repaired = await repairWorktrees(site);
    if (!repaired.ok) return repaired;
    const restored = await restoreBuild(site.runDir);
    if (!restored.ok) return restored;
    const lines = restored.value.map((tree) => ({ ...tree, what: describeRestored(tree) }));
    return accept({ data: [...repaired.value.map((each) => ({ ...each })), ...lines] });
  },
};

function nameModules(action: string): ReturnType<typeof reject> {
  return reject({
    code: 'usage',
    message: 'modules: no module is named',
    target: 'modules',
    fix: `sao worktree ${action} RUN MODULE…`,
  });
}

function describeRemoved(tree: RemovedTree): Line {
  const kept =
    tree.rescued.length === 0
      ? 'its work is in the target'
      : `its work is kept as ${tree.rescued.join(', ')}`;
  return { ...tree, what: `removed; ${kept}` };
}

function warnOfIgnored({ place, ignored }: RemovedTree): Diagnostic[] {
  if (ignored.length === 0) return [];
  const names = ignored.slice(0, 5).map((path) => plainText(path, 60));
  return [
    warn(
      'worktree-ignored-files',
      `folders that tools rebuild were removed with ${place}: ${names.join(', ')}`,
      {
        target: place,
      },
    ),
  ];
}
