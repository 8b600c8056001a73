import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { examineBuild } from '../../maintenance/examine-build.io.ts';
import { checkTask, makeRun, prepareRun } from '../../run/ledger/begin.io.ts';
import { buildPlanConfirmedEvent } from '../../run/ledger/events.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { openRepository } from '../../system/git/repository.io.ts';
import {
  accept,
  catchExpectedError,
  type Diagnostic,
  fault,
  type Result,
  unwrap,
  warn,
} from '../../system/result.ts';
import { openIntegration } from '../../workspace/merge/integration.io.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';

export interface BuildOrder {
  description: string;
  project: string | undefined;
  driver: 'claude' | 'command' | undefined;
}

/** Creates a build run and its integration worktree, after checking the machine and the repository. */
export async function beginBuild(
  { description, project, driver }: BuildOrder,
  choice: RootChoice,
  { env, now }: { env: RootChoice['env']; now(): Date },
): Promise<Result<{ run: string; dir: string }>> {
  const task = checkTask(description);
  if (!task.ok) return task;
  const prepared = prepareRun({ task: task.value, project, driver, mode: 'build' }, choice, now());
  if (!prepared.ok) return prepared;
  const { manifest } = prepared.value;
  const checks = await examineBuild(manifest.project, env, driver !== 'command');
  const failedChecks = checks.filter(({ level }) => level === 'fail');
  if (failedChecks.length > 0)
    return fault(...failedChecks.map(({ check, message, fix }) => missingRequirement(check, message, fix)));
  const advice = checks.flatMap(({ level, check, message, fix }) =>
    level === 'warn' ? [warn(`build-${check}`, message, fix === undefined ? {} : { fix })] : [],
  );
  return catchExpectedError(async () => {
    const { id: run } = manifest;
    // Worktrees contain the whole repository, even if a subfolder was named.
    const { directory: project } = await openRepository(manifest.project);
    const dir = makeRun({ ...prepared.value, manifest: { ...manifest, project } }, env, now());
    await prepareIntegration({ dir, now, site: unwrap(await openSite({ project, runDir: dir, run })) });
    return { run, dir };
  }).then((made) => (made.ok ? accept(made.value, [...prepared.diagnostics, ...advice]) : made));
}

/** Creates the integration worktree of a run without a recorded base, and records the base. Completes it after a crash. */
export async function prepareIntegration({
  dir,
  site,
  now,
}: Pick<Engine, 'dir' | 'site' | 'now'>): Promise<void> {
  for (const folder of ['qc', 'conflicts']) mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
  const branch = (await askGit(site.repo.directory, ['symbolic-ref', '--short', 'HEAD'])).trim();
  const { head } = unwrap(await openIntegration(site, 'HEAD'));
  recordEvents(
    { dir, now },
    { type: 'build-begun', base: branch, commit: head },
    buildPlanConfirmedEvent('engine'),
  );
}

function missingRequirement(
  check: string,
  message: string,
  fix: string | undefined,
): Omit<Diagnostic, 'severity'> {
  return { code: `build-${check}`, message, target: check, ...(fix === undefined ? {} : { fix }) };
}
