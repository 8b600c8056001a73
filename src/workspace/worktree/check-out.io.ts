import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import { withOneOfLocks } from '../../system/git/take-lock.io.ts';
import { endSurvivors, findMarkedProcesses } from '../../system/process/survivors.ts';
import { ExpectedError } from '../../system/result.ts';
import { findAdminEntry } from './admin.io.ts';
import { worktreePath } from './names.ts';
import type { Site } from './site.io.ts';
import { fillSubmodules } from './submodules.io.ts';
import { includeAllFiles } from './whole-tree.io.ts';

/** Maximum number of checkouts at once, because more only wait for the same disk. */
const MAX_CHECKOUTS = 2;
const TIMEOUT_MS = 600_000;
const WAIT_MS = 900_000;
const GRACE_MS = 2_000;

/** Checks out the files of a worktree's branch, outside the repository's lock. At most two checkouts of a repository run at once. */
export async function checkOut(site: Site, module: string): Promise<void> {
  const slots = Array.from({ length: MAX_CHECKOUTS }, (_, n) =>
    join(site.repo.ours, `checkout-${n + 1}.lock`),
  );
  const place = worktreePath(site, module);
  await withOneOfLocks(slots, WAIT_MS, async () => {
    await writeFiles(site, module);
    await fillSubmodules(site.repo, place);
  });
}

/** A git process that a killed caller had only just started shows its mark after its start, so it can be found late: by its lock. */
async function writeFiles(site: Site, module: string): Promise<void> {
  const options = { timeoutMs: TIMEOUT_MS, mark: checkoutMark(site, module) };
  const place = worktreePath(site, module);
  const write = () => askGit(place, ['reset', '--hard', '--quiet'], options);
  const entry = findAdminEntry(site.repo, place);
  if (entry !== undefined) await includeAllFiles(entry);
  try {
    await write();
  } catch (error) {
    const isLocked =
      error instanceof ExpectedError &&
      error.failure.diagnostics.some(({ code }) => code === 'git-lock-left');
    if (!isLocked) throw error;
    await clearBrokenCheckout(site, module);
    await write();
  }
}

/**
 * Whether an existing worktree must be checked out again: git writes its first index after all files. Ends a git process that
 * outlived its killed caller, and removes its lock files.
 */
export async function clearBrokenCheckout(site: Site, module: string): Promise<boolean> {
  const entry = findAdminEntry(site.repo, worktreePath(site, module));
  if (entry === undefined || entry.hasIndex) return false;
  await endSurvivors(() => findMarkedProcesses(checkoutMark(site, module)), GRACE_MS);
  for (const lock of ['index.lock', 'HEAD.lock']) removeFile(join(entry.path, lock));
  return !existsSync(join(entry.path, 'index'));
}

function checkoutMark(site: Site, module: string): string {
  return `${site.repo.mark}-checkout-${site.run}/${module}`;
}
