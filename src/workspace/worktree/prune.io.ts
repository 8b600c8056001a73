import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { catchExpectedError, ExpectedError, type Result, reject, unwrap } from '../../system/result.ts';
import { findAdminEntry } from './admin.io.ts';
import { checkOut, clearBrokenCheckout } from './check-out.io.ts';
import { withWorktreeLock } from './create.io.ts';
import { undoLeftovers, withRepositoryLock } from './exclusive.io.ts';
import { listWorktrees } from './list.io.ts';
import { isTreeName, worktreePath } from './names.ts';
import { deleteMarkedWorktrees, listInterruptedRemovals, restoreMovedWorktree } from './removal.io.ts';
import { type RemovedTree, removeWorktree } from './remove.io.ts';
import type { Site } from './site.io.ts';
import { findKeepReason } from './tree-state.ts';
import { worktreeProblems } from './wording.ts';

export interface PruneOutcome {
  removed: RemovedTree[];
  kept: { module: string; reason: string }[];
}

/** One repair. */
export interface Repair {
  module: string;
  what: string;
}

/** Removes the worktrees of a run whose work is in the target. With `all`, rescues the work of the others and removes them too. */
export function pruneWorktrees(
  site: Site,
  rule: { target: string; all: boolean },
): Promise<Result<PruneOutcome>> {
  return catchExpectedError(async () => {
    await repairOrThrow(site);
    const target = await findCommit(site.repo.directory, rule.target);
    if (target === undefined)
      throw new ExpectedError(reject(worktreeProblems.noTarget(site.repo.directory, rule.target)));
    const pruned: PruneOutcome = { removed: [], kept: [] };
    for (const tree of unwrap(await listWorktrees(site, target))) {
      const reason = findKeepReason(tree, { all: rule.all, targetBranch: rule.target });
      const removed = reason === null ? await removeWorktree(site, tree.module, rule) : undefined;
      if (removed?.ok) pruned.removed.push(removed.value);
      else pruned.kept.push({ module: tree.module, reason: reason ?? describeFailure(removed) });
    }
    return pruned;
  });
}

const describeFailure = (failed: Result<unknown> | undefined) =>
  failed?.diagnostics.map(({ message }) => message).join('; ') ?? 'it could not be removed';

/** Repairs the worktrees of a run after crashes and moved directories; returns the repairs. */
export function repairWorktrees(site: Site): Promise<Result<Repair[]>> {
  return catchExpectedError(() => repairOrThrow(site));
}

async function repairOrThrow(site: Site): Promise<Repair[]> {
  const done: Repair[] = [];
  const note = (module: string, what: string) => void done.push({ module, what });
  if (await undoLeftovers(site.repo)) note('(repository)', 'undid incomplete changes of a killed process');
  for (const module of listInterruptedRemovals(site)) {
    await withWorktreeLock(site, module, async () => restoreMovedWorktree(site, module));
    note(module, 'put back after an interrupted removal');
  }
  deleteMarkedWorktrees(site);
  for (const module of readdirSync(site.builds).filter(isTreeName)) {
    if (await reconnect(site, module)) note(module, 'connected to the repository again');
    if (await withWorktreeLock(site, module, () => completeCheckout(site, module)))
      note(module, 'completed its checkout');
  }
  return done;
}

/** Registers a worktree again after the run directory or the repository was moved. Returns whether it was reconnected. */
async function reconnect(site: Site, module: string): Promise<boolean> {
  const place = worktreePath(site, module);
  if (!existsSync(join(place, '.git')) || findAdminEntry(site.repo, place)) return false;
  await withRepositoryLock(site.repo, { kind: 'refs', refs: [] }, () =>
    askGit(site.repo.directory, ['worktree', 'repair', place], { mark: site.repo.mark }),
  );
  return findAdminEntry(site.repo, place) !== undefined;
}

async function completeCheckout(site: Site, module: string): Promise<boolean> {
  if (!(await clearBrokenCheckout(site, module))) return false;
  await checkOut(site, module);
  return true;
}
