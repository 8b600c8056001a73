import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { endSurvivors, findMarkedProcesses } from '../../system/process/survivors.ts';
import { findAdminEntry } from '../worktree/admin.io.ts';
import { createTree } from '../worktree/create.io.ts';
import { branchOf, INTEGRATION, worktreePath } from '../worktree/names.ts';
import { createRescueRef } from '../worktree/rescue.io.ts';
import type { Site } from '../worktree/site.io.ts';
import { fillSubmodules } from '../worktree/submodules.io.ts';
import { isTrial, type Trial } from './trial.ts';

const GRACE_MS = 2_000;
const TIMEOUT_MS = 600_000;

/** Checks a merge out in the integration worktree, unverified until `endTrial`. The commit to roll back to is written first. */
export async function beginTrial(site: Site, trial: Trial): Promise<void> {
  writeAtomic(trialPath(site), `${JSON.stringify({ version: 1, ...trial })}\n`);
  await resetIntegration(site, trial.commit);
}

/** Keeps the merge: it is verified. */
export function endTrial(site: Site): void {
  removeFile(trialPath(site));
}

/** Resets the integration worktree to the commit before the merge. */
export async function rollBack(site: Site, trial: Trial): Promise<void> {
  await resetIntegration(site, trial.before);
  removeFile(trialPath(site));
}

/** Rolls back a merge whose process was killed before it was verified. Returns whether there was one. */
export async function rollBackInterrupted(site: Site): Promise<boolean> {
  if (!existsSync(trialPath(site))) return false;
  await endSurvivors(() => findMarkedProcesses(assemblyMark(site)), GRACE_MS);
  removeGitLocks(site);
  const trial: unknown = JSON.parse(readBoundedText(trialPath(site)));
  if (!isTrial(trial)) return false;
  // The worktree may be lost, for example by a reboot.
  if (!existsSync(worktreePath(site, INTEGRATION))) await createTree(site, INTEGRATION, trial.before);
  const head = await findCommit(worktreePath(site, INTEGRATION), 'HEAD');
  // Commits were added on top of the unverified merge: keep them under a rescue ref.
  if (head !== undefined && head !== trial.before && head !== trial.commit)
    await createRescueRef(site, INTEGRATION, head);
  await rollBack(site, trial);
  return true;
}

async function resetIntegration(site: Site, commit: string): Promise<void> {
  const options = { mark: assemblyMark(site), timeoutMs: TIMEOUT_MS };
  const place = worktreePath(site, INTEGRATION);
  await askGit(place, ['reset', '--hard', '--quiet', commit], options);
  // Otherwise the next commit in the worktree would take an old submodule commit for a change.
  await fillSubmodules(site.repo, place);
}

function removeGitLocks(site: Site): void {
  const entry = findAdminEntry(site.repo, worktreePath(site, INTEGRATION));
  const branch = join(site.repo.commonDir, 'refs/heads', branchOf(site.run, INTEGRATION));
  const folder = entry?.path ?? site.repo.ours;
  for (const path of [join(folder, 'index'), join(folder, 'HEAD'), join(folder, 'ORIG_HEAD'), branch])
    if (existsSync(`${path}.lock`)) removeFile(`${path}.lock`);
}

const trialPath = (site: Site) => join(site.repo.ours, `${site.run}.trial.json`);
const assemblyMark = (site: Site) => `${site.repo.mark}-assembly-${site.run}`;
