import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isLockHeld } from '../../run/dispatch/tree-lock.io.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { readCheckout } from '../../system/git/checkout.io.ts';
import { callLookUp } from '../../system/git/look-up.io.ts';
import { isAncestor } from '../../system/git/repository.io.ts';
import type { Result } from '../../system/result.ts';
import { catchExpectedError } from '../../system/result.ts';
import { findAdminEntry } from './admin.io.ts';
import { readBranchTips } from './examine-tree.io.ts';
import { undoLeftovers } from './exclusive.io.ts';
import { readLiveAgents } from './live-agents.io.ts';
import { isObjectId } from './lost-commits.ts';
import { branchOf, worktreePath } from './names.ts';
import type { Site } from './site.io.ts';
import { judgeTreeState, type KnownTree, type ListedTree, parseWorktreeList } from './tree-state.ts';

/** All worktrees of a repository, the main one first. If git fails, damaged entries are repaired and git runs again. */
export async function listTrees(site: Site): Promise<ListedTree[]> {
  const args = ['worktree', 'list', '--porcelain', '-z'];
  const { directory } = site.repo;
  const first = await callGit(directory, args);
  if (first.code === 0) return placeMainTree(parseWorktreeList(first.stdout), directory);
  await undoLeftovers(site.repo);
  return placeMainTree(parseWorktreeList(await askGit(directory, args)), directory);
}

/** Of a repository with git's folder elsewhere, git lists that folder as the main worktree: here it is the checkout at `directory`, if that is the main one. */
export function placeMainTree(listed: readonly ListedTree[], directory: string): ListedTree[] {
  const gitDir = readCheckout(directory)?.gitDir;
  const isElsewhere = ({ place }: ListedTree) =>
    gitDir !== undefined &&
    existsSync(gitDir) &&
    !existsSync(join(place, '.git')) &&
    existsSync(place) &&
    realpathSync(gitDir) === realpathSync(place);
  return listed.map((tree) => (isElsewhere(tree) ? { ...tree, place: directory } : tree));
}

/** The worktrees and branches of the run, with the state of their work. `target`: object id of the commit to compare with. */
export function listWorktrees(site: Site, target: string): Promise<Result<KnownTree[]>> {
  return catchExpectedError(async () => {
    const listed = (await listTrees(site)).filter(({ place }) => dirname(place) === site.builds);
    const tips = await readBranchTips(site);
    const modules = new Set([...listed.map(({ place }) => folderName(place)), ...tips.keys()]);
    const names = [...modules].sort();
    const live = readLiveAgents(site);
    const find = (module: string) => listed.find(({ place }) => folderName(place) === module);
    return await Promise.all(
      names.map(async (module) => ({
        ...(await readTreeState(site, { module, tip: tips.get(module), target }, find(module))),
        agents: live.get(module) ?? [],
      })),
    );
  });
}

const folderName = (place: string) => place.slice(dirname(place).length + 1);

async function readTreeState(
  site: Site,
  { module, tip, target }: { module: string; tip: string | undefined; target: string },
  listed: ListedTree | undefined,
): Promise<Omit<KnownTree, 'agents'>> {
  const place = worktreePath(site, module);
  // Git shows a missing branch as zeros.
  const head = [listed?.head, tip].find((each) => each !== undefined && isObjectId(each));
  const isThere = listed !== undefined && existsSync(place);
  const isWhole = findAdminEntry(site.repo, place)?.hasIndex === true;
  const args = ['status', '--porcelain', '-z', '--untracked-files=normal'];
  const status = isThere && isWhole ? await callLookUp(place, args) : undefined;
  const facts = {
    isRegistered: listed !== undefined,
    isThere,
    isWhole,
    changes: status?.stdout.split('\0').filter((line) => line !== '').length ?? 0,
    isMerged: head !== undefined && (await isAncestor(site.repo.directory, head, target)),
  };
  return {
    module,
    branch: branchOf(site.run, module),
    place,
    head: head ?? null,
    checkedOut: listed?.branch ?? null,
    locked: listed?.locked !== undefined && isLockHeld(listed.locked) ? listed.locked : null,
    isMerged: facts.isMerged,
    changes: facts.changes,
    state: judgeTreeState(facts),
  };
}
