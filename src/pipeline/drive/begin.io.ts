import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { examineBuild } from '../../maintenance/examine-build.io.ts';
import { checkTask, makeRun, type PreparedRun, prepareRun } from '../../run/ledger/begin.io.ts';
import { buildBuildBegunEvent, buildPlanConfirmedEvent } from '../../run/ledger/events.ts';
import { listActiveBuilds } from '../../run/ledger/locate.io.ts';
import { findMainRepository, findRepository } from '../../run/ledger/project.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import { projectConfigPath } from '../../run/ledger/project-config.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { listRunDirs } from '../../run/ledger/store.io.ts';
import { approveOwnPlan } from '../../run/plan/own-plan.io.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { askGit } from '../../system/git/call.io.ts';
import { openRepository } from '../../system/git/repository.io.ts';
import {
  accept,
  catchExpectedError,
  type Diagnostic,
  fault,
  type Result,
  reject,
  unwrap,
  warn,
} from '../../system/result.ts';
import { openIntegration } from '../../workspace/merge/integration.io.ts';
import { listRemotes, requireFreeBranch } from '../../workspace/merge/push.io.ts';
import { mergeProblems } from '../../workspace/merge/wording.ts';
import { requireSetupApproval, type SetupCaller } from '../../workspace/worktree/approve-setup.io.ts';
import { examineCopies } from '../../workspace/worktree/prepare.io.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';

export interface BuildOrder {
  description: string;
  project: string | undefined;
  driver: 'claude' | 'command' | undefined;
  /** The remote to push a branch to, instead of merging into the base branch. */
  deliverTo?: string | undefined;
  /** The name of that branch, if it is not `sao/{run}`. */
  deliverAs?: string | undefined;
  /** The call says that no human is there. */
  isUnattended?: boolean | undefined;
}

/** Creates a build run and its integration worktree, after checking the machine and the repository. `root`: the folder with the sessions' markers. */
export async function beginBuild(
  { description, project, driver, deliverTo, deliverAs, isUnattended }: BuildOrder,
  choice: RootChoice,
  { env, now, stdinIsTerminal }: { env: RootChoice['env']; now(): Date; stdinIsTerminal: boolean },
): Promise<Result<{ run: string; dir: string; root: string }>> {
  const task = checkTask(description);
  if (!task.ok) return task;
  const prepared = prepareRun(
    { task: task.value, project, driver, mode: 'build', deliverTo, deliverAs },
    choice,
    now(),
  );
  if (!prepared.ok) return prepared;
  const { manifest } = prepared.value;
  const subfolder = findSubfolder(manifest.project, choice.cwd, project);
  if (subfolder.refusal) return reject(subfolder.refusal);
  const checks = await examineBuild(manifest.project, env, driver !== 'command');
  const failedChecks = checks.filter(({ level }) => level === 'fail');
  if (failedChecks.length > 0)
    return fault(...failedChecks.map(({ check, message, fix }) => missingRequirement(check, message, fix)));
  const others = warnOfOtherBuilds(prepared.value);
  if (deliverTo !== undefined && !(await listRemotes(manifest.project)).includes(deliverTo))
    return reject(mergeProblems.noRemote(manifest.project, deliverTo));
  const preparable = await catchExpectedError(async () => {
    if (manifest.delivery) await requireFreeBranch(manifest.project, manifest.delivery);
    return await checkPreparation(manifest.project, { env, stdinIsTerminal, isUnattended });
  });
  if (!preparable.ok) return preparable;
  const advice = checks.flatMap(({ level, check, message, fix }) =>
    level === 'warn' ? [warn(`build-${check}`, message, fix === undefined ? {} : { fix })] : [],
  );
  return catchExpectedError(async () => {
    const { id: run } = manifest;
    const { directory: project } = await openRepository(manifest.project);
    const dir = makeRun({ ...prepared.value, manifest: { ...manifest, project } }, env, now());
    await prepareIntegration({ dir, now, site: unwrap(await openSite({ project, runDir: dir, run })) });
    return { run, dir, root: prepared.value.markers };
  }).then((made) =>
    made.ok
      ? accept(made.value, [
          ...prepared.diagnostics,
          ...subfolder.warnings,
          ...others,
          ...advice,
          ...preparable.value,
        ])
      : made,
  );
}

/** Checks before a run exists that its worktrees can be made ready. */
async function checkPreparation(project: string, caller: SetupCaller): Promise<Diagnostic[]> {
  const { setup, copy } = unwrap(readProjectConfig(project)).worktree;
  if (setup !== undefined) requireSetupApproval(setup, caller);
  return await examineCopies(project, copy);
}

/** Creates the integration worktree of a run without a recorded base, and records the base. Completes it after a crash. */
export async function prepareIntegration({
  dir,
  site,
  now,
}: Pick<Engine, 'dir' | 'site' | 'now'>): Promise<void> {
  makeBuildFolders(dir);
  const branch = (await askGit(site.repo.directory, ['symbolic-ref', '--short', 'HEAD'])).trim();
  const { head } = unwrap(await openIntegration(site, 'HEAD'));
  recordEvents(
    { dir, now },
    buildBuildBegunEvent({ base: branch, commit: head }),
    buildPlanConfirmedEvent(approveOwnPlan(dir, now())),
  );
}

/** A build works on a whole repository: refuses a named subfolder or one with a configuration of its own, and warns about any other. */
function findSubfolder(
  project: string,
  cwd: string,
  given: string | undefined,
): { refusal?: Omit<Diagnostic, 'severity'>; warnings: Diagnostic[] } {
  const folder = given === undefined ? realpathSync(cwd) : project;
  const top = findRepository(folder);
  if (top === undefined || folder === top) return { warnings: [] };
  const configured = foldersUpTo(folder, top).find((each) => existsSync(projectConfigPath(each)));
  if (given !== undefined || configured !== undefined)
    return {
      refusal: subfolderText.refused(configured ?? folder, top, configured !== undefined),
      warnings: [],
    };
  return { warnings: [subfolderText.whole(folder, top)] };
}

/** The folder and those above it, without the top. */
function foldersUpTo(folder: string, top: string): string[] {
  return folder === top ? [] : [folder, ...foldersUpTo(dirname(folder), top)];
}

const subfolderText = {
  refused: (folder: string, top: string, isConfigured: boolean) => ({
    code: 'build-subfolder',
    message: `${folder} is a folder of the repository ${top}, and a build works on a whole repository: its contracts, configuration, tests and paths are relative to ${top}`,
    target: folder,
    fix: `name the folder in the description, ${isConfigured ? `move ${projectConfigPath(folder)} to ${projectConfigPath(top)}, ` : ''}and start the build with --project ${quoteCommand([top])} from there`,
  }),
  whole: (folder: string, top: string) =>
    warn(
      'build-whole-repository',
      `the project is the repository ${top}, not the folder ${folder}: paths of the contract are relative to ${top}`,
      { target: top, fix: 'name the folder in the description if the build should stay in it' },
    ),
};

/** Names the other active builds of the repository: they share its branches, and the later one merges what the other has shipped. */
function warnOfOtherBuilds({ root, manifest }: PreparedRun): Diagnostic[] {
  const top = findMainRepository(manifest.project) ?? manifest.project;
  const isHere = (project: string) => (findMainRepository(project) ?? project) === top;
  return listActiveBuilds(listRunDirs(root), isHere).map(({ run, task }) =>
    warn(
      'build-other-active',
      `another build of this repository is active: ${run} (${plainText(task, 80)}); the one that ships later merges what the other has shipped`,
      { target: run, fix: `sao status ${run}` },
    ),
  );
}

/** Creates the folders that only a build's run directory has. */
export function makeBuildFolders(dir: string): void {
  for (const folder of ['qc', 'conflicts']) mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
}

function missingRequirement(
  check: string,
  message: string,
  fix: string | undefined,
): Omit<Diagnostic, 'severity'> {
  return { code: `build-${check}`, message, target: check, ...(fix === undefined ? {} : { fix }) };
}
