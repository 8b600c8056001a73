import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MAX_INDEX_BYTES, readBoundedBytes } from '../../system/files/bounded.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { type AdminEntry, readAdminEntries, readTextIfExists } from './admin.io.ts';
import { isWholeIndex } from './index-file.ts';
import { isObjectId } from './lost-commits.ts';
import { branchOf, moduleOfBranch, worktreePath } from './names.ts';
import type { Site } from './site.io.ts';
import { type ExpectedTree, judgeDamage, type TreeDamage } from './tree-damage.ts';

export interface ExaminedTree {
  damage: TreeDamage[];
  /** Git's entry for the worktree, which may be damaged. */
  entry: AdminEntry | undefined;
  /** The commit of the branch. */
  tip: string | undefined;
}

/** Git's records of a run's worktrees, read once for all of them. */
export interface TreeRecords {
  entries: AdminEntry[];
  tips: ReadonlyMap<string, string>;
}

export async function readTreeRecords(site: Site): Promise<TreeRecords> {
  return { entries: readAdminEntries(site.repo), tips: await readBranchTips(site) };
}

/** Finds what is wrong with a worktree. */
export async function examineTree(
  site: Site,
  { module, known }: ExpectedTree,
  { entries, tips }: TreeRecords,
): Promise<ExaminedTree> {
  const place = worktreePath(site, module);
  const entry = findEntry(site, place, entries);
  const tip = tips.get(module);
  const damage = judgeDamage({
    hasFolder: lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true,
    isLinked: entry !== undefined && isLinkTo(place, entry),
    hasEntry: entry !== undefined && entry.place === place && isWholeEntry(entry),
    hasHead: await hasHead(site, module, entry?.head),
    hasBranch: tip !== undefined,
    keepsKnown: tip === known || (tip !== undefined && (await containsCommit(site, tip, known))),
    hasIndex: entry !== undefined && hasWholeIndex(entry),
  });
  return { damage, entry, tip };
}

/** Whether HEAD leads to a commit: after `git checkout --orphan` it names a branch without one. */
async function hasHead({ repo, run }: Site, module: string, head = ''): Promise<boolean> {
  const name = head.replace(/^ref: /, '');
  if (name === `refs/heads/${branchOf(run, module)}`) return true;
  return (await findCommit(repo.directory, name)) !== undefined;
}

/** Whether a commit is in the history of another one; false if it is not in the repository any more. */
export async function containsCommit(site: Site, tip: string, commit: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', commit, tip];
  return (await callGit(site.repo.directory, args)).code === 0;
}

// An entry with a damaged `gitdir` is found by the worktree's own link.
function findEntry(site: Site, place: string, entries: readonly AdminEntry[]): AdminEntry | undefined {
  const named = entries.find((entry) => entry.place === place);
  if (named) return named;
  const folder = linkedFolder(place);
  const own = entries.find((entry) => folder !== undefined && isSamePlace(folder, entry.path));
  const others = join(site.builds, '');
  // An entry of another worktree of the run is not this one's.
  return own?.place?.startsWith(others) && existsSync(own.place) ? undefined : own;
}

function isLinkTo(place: string, entry: AdminEntry): boolean {
  const folder = linkedFolder(place);
  return folder !== undefined && isSamePlace(folder, entry.path);
}

function linkedFolder(place: string): string | undefined {
  const link = join(place, '.git');
  if (!lstatSync(link, { throwIfNoEntry: false })?.isFile()) return undefined;
  const path = /^gitdir: (.+)$/.exec(readTextIfExists(link) ?? '')?.[1];
  return path === undefined ? undefined : resolve(place, path);
}

function isSamePlace(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}

function isWholeEntry({ path, head = '' }: AdminEntry): boolean {
  const common = readTextIfExists(join(path, 'commondir')) ?? '';
  return /^ref: refs\/\S+$/.test(head) || isObjectId(head) ? common.trim() !== '' : false;
}

function hasWholeIndex({ path }: AdminEntry): boolean {
  const index = join(path, 'index');
  return (
    lstatSync(index, { throwIfNoEntry: false })?.isFile() === true &&
    isWholeIndex(readBoundedBytes(index, MAX_INDEX_BYTES))
  );
}

/** The commits of a run's branches, by module. A branch whose file is damaged is missing. */
export async function readBranchTips(site: Site): Promise<Map<string, string>> {
  const format = '--format=%(refname:lstrip=2) %(objectname)';
  const args = ['for-each-ref', format, `refs/heads/${branchOf(site.run, '')}`];
  const lines = (await askGit(site.repo.directory, args)).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [branch = '', tip = ''] = line.split(' ');
      return [moduleOfBranch(site.run, branch) ?? branch, tip];
    }),
  );
}
