import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit, runPlainGit } from '../../system/git/call.io.ts';
import { requireNoPrograms } from '../../system/git/nested.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { readTextIfExists } from './admin.io.ts';
import { withRepositoryLock } from './exclusive.io.ts';
import { findHeads, isObjectId, readReflog } from './lost-commits.ts';
import { formatRescuePrefix } from './names.ts';
import type { Site } from './site.io.ts';
import {
  askGitAt,
  findNestedPaths,
  type RepositoryPaths,
  snapshotWorktree,
  type WorktreeSnapshot,
} from './snapshot.io.ts';
import { formatRescueMessage } from './wording.ts';

/** Author of rescue commits, so that a rescue does not fail if git has no identity. */
const IDENTITY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'sao'],
    [`GIT_${who}_EMAIL`, 'sao@localhost'],
  ]),
);

export interface RescueOrder {
  module: string;
  /** The worktree's original path, which the user knows. It may have been moved. */
  place: string;
  /** Commits besides HEAD that must not be lost, e.g. the tip of the branch. */
  tips: readonly string[];
  /** Revisions whose history needs no rescue. */
  safe: readonly string[];
  /** Whether files that git ignores are rescued: they are lost with the worktree, but not by a reset. */
  withIgnored: boolean;
}

export interface Rescued {
  /** Names of the rescue refs. */
  refs: string[];
  /** Ignored folders that are not rescued, because tools rebuild them. */
  dropped: string[];
}

/** Puts work that only this worktree contains under rescue refs. */
export async function rescueTree(
  site: Site,
  order: RescueOrder,
  repositoryPaths: RepositoryPaths,
): Promise<Rescued> {
  const checkout = site.repo.directory;
  const snapshot = await snapshotWorktree(repositoryPaths, { ...order, checkout });
  const refs: string[] = [];
  for (const path of snapshot.nested) refs.push(...(await rescueNested(site, order, repositoryPaths, path)));
  const heads = await findLostCommits(repositoryPaths, [snapshot.head, ...order.tips], order.safe);
  const commit = await createRescueCommit(site, order, repositoryPaths, snapshot, heads);
  if (commit !== undefined) refs.push(await createRescueRef(site, order.module, commit));
  return { refs, dropped: snapshot.dropped };
}

/** Like `rescueTree`, for a worktree whose directory is missing: only commits. */
export async function rescueCommits(site: Site, order: RescueOrder, gitDir?: string): Promise<string[]> {
  const repositoryPaths = { gitDir: site.repo.commonDir, workTree: site.repo.directory };
  const heads = await findUnsafeHeads(repositoryPaths, order.tips, order.safe);
  const traces = gitDir === undefined ? [] : readWorktreeCommits(gitDir);
  const refs: string[] = [];
  for (const head of [...heads, ...(await findUnsafeHeads(repositoryPaths, traces, ['--all']))])
    refs.push(await createRescueRef(site, order.module, head));
  return refs;
}

/** Rescues a repository inside the worktree: fetches its commits into the project's repository, under rescue refs. */
async function rescueNested(
  site: Site,
  order: RescueOrder,
  outer: RepositoryPaths,
  path: string,
): Promise<string[]> {
  const repositoryPaths = findNestedPaths(join(outer.workTree, path));
  await requireNoPrograms(repositoryPaths.workTree, repositoryPaths.gitDir, runPlainGit);
  const snapshot = await snapshotWorktree(repositoryPaths, order);
  const refs: string[] = [];
  for (const deeper of snapshot.nested)
    refs.push(...(await rescueNested(site, order, repositoryPaths, deeper)));
  const own = ['for-each-ref', '--format=%(objectname)', 'refs/heads', 'refs/stash'];
  const tips = (await askGitAt(repositoryPaths, own)).split('\n').filter(isObjectId);
  // Commits that a remote has are not lost.
  const heads = await findLostCommits(repositoryPaths, [snapshot.head, ...tips], ['--remotes']);
  const commit = await createRescueCommit(
    site,
    { ...order, place: join(order.place, path) },
    repositoryPaths,
    snapshot,
    heads,
  );
  if (commit === undefined) return refs;
  await fetchCommit(site, repositoryPaths, commit);
  return [...refs, await createRescueRef(site, order.module, commit)];
}

/** Fetches a commit through a bundle, because a fetch would use the old configured path of a submodule that was moved. */
async function fetchCommit({ repo }: Site, repositoryPaths: RepositoryPaths, commit: string): Promise<void> {
  const bundle = join(repo.ours, `gone-${randomHex(12)}.bundle`);
  try {
    await askGitAt(repositoryPaths, ['update-ref', 'refs/sao/outgoing', commit]);
    await askGitAt(repositoryPaths, ['bundle', 'create', '--quiet', bundle, 'refs/sao/outgoing']);
    const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    await askGit(repo.directory, [...fetch, bundle, 'refs/sao/outgoing']);
  } finally {
    removeFile(bundle);
  }
}

/** Commits that would be lost with the worktree. */
async function findLostCommits(
  repositoryPaths: RepositoryPaths,
  tips: readonly (string | undefined)[],
  safe: readonly string[],
): Promise<string[]> {
  const heads = await findUnsafeHeads(repositoryPaths, tips, safe);
  const traces = await findUnsafeHeads(repositoryPaths, readWorktreeCommits(repositoryPaths.gitDir), [
    '--all',
  ]);
  return [...new Set([...heads, ...traces])];
}

async function findUnsafeHeads(
  repositoryPaths: RepositoryPaths,
  wanted: readonly (string | undefined)[],
  safe: readonly string[],
): Promise<string[]> {
  const named = [...new Set(wanted)].filter((each) => each !== undefined);
  if (named.length === 0) return [];
  const args = ['rev-list', '--parents', '--ignore-missing', '--stdin', '--not', ...safe];
  return findHeads(await askGitAt(repositoryPaths, args, { input: `${named.join('\n')}\n` }));
}

/** Commits that only this worktree's files name: unfinished merges and rebases, and commits removed by amend or reset. */
function readWorktreeCommits(gitDir: string): string[] {
  const heads = readdirSync(gitDir).filter((name) => /^[A-Z_]*HEAD$/.test(name));
  const files = [...heads, 'rebase-merge/orig-head', 'rebase-apply/orig-head'];
  const lines = files.flatMap((name) => (readTextIfExists(join(gitDir, name)) ?? '').split('\n'));
  return [...lines.filter(isObjectId), ...readReflog(readTextIfExists(join(gitDir, 'logs', 'HEAD')) ?? '')];
}

/** Creates one commit with the files as they are, and as parents the commits to rescue. Undefined if nothing needs rescue. */
async function createRescueCommit(
  { run }: Site,
  { module, place }: RescueOrder,
  repositoryPaths: RepositoryPaths,
  { head, headTree, tree, staged }: WorktreeSnapshot,
  heads: readonly string[],
): Promise<string | undefined> {
  const isStagedLost = staged !== undefined && staged !== tree && staged !== headTree;
  if (tree === headTree && !isStagedLost && heads.length < 2) return heads[0];
  const first = head === undefined ? [] : [head];
  const parents = [...first, ...heads.filter((each) => each !== head)];
  if (isStagedLost) parents.push(await createCommit(repositoryPaths, staged, first, `Staged in ${place}`));
  const message = formatRescueMessage({ module, run, place, head: head?.slice(0, 12) ?? 'no commit' });
  return await createCommit(repositoryPaths, tree, parents, message);
}

async function createCommit(
  repositoryPaths: RepositoryPaths,
  tree: string,
  parents: string[],
  message: string,
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return await askGitAt(repositoryPaths, args, { env: IDENTITY, input: message });
}

/** Creates the module's next rescue ref for a commit, or finds the ref of a commit with the same content. Returns its name. */
export async function createRescueRef({ repo, run }: Site, module: string, commit: string): Promise<string> {
  const prefix = formatRescuePrefix(run, module);
  const format = '--format=%(refname) %(objectname) %(authorname) %(tree) %(parent)';
  const listed = await askGit(repo.directory, ['for-each-ref', format, prefix]);
  const lines = listed.split('\n').filter((line) => line !== '');
  const content = await askGit(repo.directory, ['show', '--no-patch', '--format=%an %T %P', commit]);
  const isKnown = (line: string) =>
    line.includes(` ${commit} `) || (content.startsWith('sao ') && line.endsWith(` ${content.trim()}`));
  const known = lines.find(isKnown)?.split(' ', 1)[0];
  if (known !== undefined) return known;
  const last = Math.max(0, ...lines.map((line) => Number(/\/(\d+) /.exec(line)?.[1] ?? 0)));
  const ref = `${prefix}${last + 1}`;
  await withRepositoryLock(repo, { kind: 'refs', refs: [ref] }, () =>
    askGit(repo.directory, ['update-ref', ref, commit, ''], { mark: repo.mark }),
  );
  return ref;
}
