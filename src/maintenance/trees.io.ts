import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { readManifest, treesFolder } from '../run/ledger/store.io.ts';
import { findCommit } from '../system/git/repository.io.ts';
import { type Failure, unwrap } from '../system/result.ts';
import { listWorktrees } from '../workspace/worktree/list.io.ts';
import { pruneWorktrees, repairWorktrees } from '../workspace/worktree/prune.io.ts';
import { openSite, type Site } from '../workspace/worktree/site.io.ts';
import { findKeepReason } from '../workspace/worktree/tree-state.ts';

/** Removed worktrees of a run, with the rescue refs of work that was in no other place; or the reason why some are kept. */
export type TreeRemoval = { ok: true; rescued: string[] } | { ok: false; reason: string };

/** Whether a run may have worktrees: their folder contains an entry that is not a regular file. */
export function mayContainTrees(dir: string): boolean {
  return listPossibleTrees(dir).length > 0;
}

function listPossibleTrees(dir: string): string[] {
  try {
    const entries = readdirSync(treesFolder(dir), { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes all worktrees of a run and their branches, after their work is in the base branch or under rescue refs; or none. */
export async function removeTrees(dir: string): Promise<TreeRemoval> {
  const ground = await openBuildRepository(dir);
  if (ground === undefined) return { ok: true, rescued: [] };
  if ('ok' in ground) return describeFailure(ground);
  const repaired = await repairWorktrees(ground.site);
  if (!repaired.ok) return describeFailure(repaired);
  const obstacle = await findObstacle(dir, ground);
  if (obstacle !== undefined) return { ok: false, reason: obstacle };
  const pruned = await pruneWorktrees(ground.site, { target: ground.target, all: true });
  if (!pruned.ok) return describeFailure(pruned);
  const { kept, removed } = pruned.value;
  if (kept.length > 0) return { ok: false, reason: formatKeptTrees(kept) };
  return { ok: true, rescued: removed.flatMap(({ rescued }) => rescued) };
}

/** Checks whether `removeTrees` would succeed; removes nothing. */
export async function forecastTreeRemoval(dir: string): Promise<TreeRemoval> {
  const ground = await openBuildRepository(dir);
  if (ground === undefined) return { ok: true, rescued: [] };
  if ('ok' in ground) return describeFailure(ground);
  const obstacle = await findObstacle(dir, ground);
  return obstacle === undefined ? { ok: true, rescued: [] } : { ok: false, reason: obstacle };
}

async function findObstacle(dir: string, { site, target }: BuildRepository): Promise<string | undefined> {
  const commit = await findCommit(site.repo.directory, target);
  if (commit === undefined) return `there is no commit ${target} in ${site.repo.directory}`;
  const trees = unwrap(await listWorktrees(site, commit));
  const kept = trees.flatMap((tree) => {
    const reason = findKeepReason(tree, { all: true, targetBranch: target });
    return reason === null ? [] : [{ module: tree.module, reason }];
  });
  if (kept.length > 0) return formatKeptTrees(kept);
  const isKnown = (name: string) =>
    name.startsWith('.') || trees.some(({ module, state }) => module === name && state !== 'branch');
  const strange = listPossibleTrees(dir).find((name) => !isKnown(name));
  return strange === undefined
    ? undefined
    : `${join(treesFolder(dir), strange)} is not a worktree that git has registered`;
}

const describeFailure = ({ diagnostics }: Failure): TreeRemoval => ({
  ok: false,
  reason: `its git worktrees cannot be removed: ${diagnostics.map(({ message }) => message).join('; ')}`,
});

const formatKeptTrees = (kept: readonly { module: string; reason: string }[]) =>
  kept.map(({ module, reason }) => `worktree ${module}: ${reason}`).join('; ');

/** The repository, and the ref whose commits need no rescue: the base branch, or HEAD if the base branch does not exist. */
interface BuildRepository {
  site: Site;
  target: string;
}

/** Undefined if the run has neither worktrees nor a build's branches, which a build keeps if its worktrees are lost. */
async function openBuildRepository(dir: string): Promise<BuildRepository | Failure | undefined> {
  const hasTrees = mayContainTrees(dir);
  const manifest = readManifest(dir);
  if (!hasTrees && !(manifest.ok && manifest.value.mode === 'build')) return undefined;
  const { project, id: run } = unwrap(manifest);
  const opened = await openSite({ project, runDir: dir, run });
  // Without worktrees the run can go also if its repository is gone.
  if (!opened.ok) return hasTrees ? opened : undefined;
  const site = opened.value;
  const { base } = readRunState(dir).build;
  const branch = base && `refs/heads/${base.branch}`;
  const isThere = branch !== undefined && (await findCommit(site.repo.directory, branch)) !== undefined;
  return { site, target: isThere ? branch : 'HEAD' };
}
