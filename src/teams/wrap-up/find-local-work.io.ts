import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCheckoutAround, readCheckout } from '../../system/git/checkout.io.ts';
import { warnOfNestedPrograms } from '../../system/git/nested-repositories.io.ts';
import { unwrap } from '../../system/result.ts';
import { listRemotes } from '../../workspace/merge/push.io.ts';
import { placeMainTree } from '../../workspace/worktree/list.io.ts';
import { listRescues } from '../../workspace/worktree/rescues.io.ts';
import { type ListedTree, parseWorktreeList } from '../../workspace/worktree/tree-state.ts';
import { listUncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import { type LocalWork, localWork, type Unpushed } from './local-work.ts';

const LIST_TIMEOUT_MS = 60_000;

interface Found {
  items: LocalWork[];
  unpushed: Unpushed[];
}

const MAX_DEPTH = 8;

/**
 * What a repository and those inside of its checkouts (submodules, also nested ones) hold that their remotes do not have, and what a push would change
 * about that: submodules first. Throws an ExpectedError if git fails.
 */
export async function findLocalWork(directory: string, depth = 0): Promise<Found> {
  const places = await listCheckouts(directory);
  const own = await findOwnWork(directory, places);
  const inner: Found[] = [];
  for (const place of depth < MAX_DEPTH
    ? places.map((tree) => tree.place).filter((path) => existsSync(join(path, '.git')))
    : [])
    for (const path of await listNestedCheckouts(place)) {
      const found = await findLocalWork(path, depth + 1);
      // The clones of other worktrees have a folder on this machine as their remote, and an agent may have made one that is no submodule.
      const unpushed = isUsersSubmodule(directory, path) ? found.unpushed : [];
      inner.push({ items: found.items, unpushed });
    }
  return {
    items: [...own.items, ...inner.flatMap(({ items }) => items)],
    unpushed: [...inner.flatMap(({ unpushed }) => unpushed), ...own.unpushed],
  };
}

async function findOwnWork(directory: string, places: readonly ListedTree[]): Promise<Found> {
  const remotes = await listRemotes(directory);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  const branches = await findUnpushedBranches(directory);
  const tags = remote === undefined ? { missing: [], items: [] } : await findUnpushedTags(directory, remote);
  const items = [
    ...(remote === undefined ? [localWork.noRemote(directory)] : []),
    ...(await findInWorktrees(directory, places)),
    ...(await findStashes(directory)),
    ...branches.map(({ ref, commits }) =>
      localWork.branch(directory, ref.replace('refs/heads/', ''), commits),
    ),
    ...tags.missing.map(({ ref }) => localWork.tag(directory, ref.replace('refs/tags/', ''))),
    ...tags.items,
    ...(await findRescued(directory)),
  ];
  const refs = remote === undefined ? [] : [...branches, ...tags.missing];
  return {
    items,
    unpushed: refs.map(({ ref, target }) => ({ directory, remote: remote ?? '', ref, target })),
  };
}

/** The checkouts of a repository that exist. */
async function listCheckouts(directory: string): Promise<ListedTree[]> {
  const listed = parseWorktreeList(await askGit(directory, ['worktree', 'list', '--porcelain', '-z']));
  return placeMainTree(listed, directory).filter(({ isBare, isMissing }) => !isBare && !isMissing);
}

/** The repositories inside of a checkout that its index names and that have content. */
async function listNestedCheckouts(place: string): Promise<string[]> {
  const entries = (await askGit(place, ['ls-files', '--stage', '-z'])).split('\0');
  return entries
    .flatMap((entry) => /^160000 \S+ \d\t([\s\S]+)$/.exec(entry)?.[1] ?? [])
    .map((path) => join(place, path))
    .filter((path) => existsSync(join(path, '.git')));
}

/** Whether git's folder of a nested repository is one that only the user makes: below `modules` in the main checkout's. */
function isUsersSubmodule(directory: string, path: string): boolean {
  const gitDir = readCheckout(path)?.gitDir;
  const around = findCheckoutAround(directory, [])?.gitDir;
  if (gitDir === undefined || around === undefined || !existsSync(gitDir)) return false;
  return realpathSync(gitDir).startsWith(`${realpathSync(around)}/modules/`);
}

async function findInWorktrees(directory: string, trees: readonly ListedTree[]): Promise<LocalWork[]> {
  const items: LocalWork[] = [];
  for (const { place, head, branch } of trees) {
    if (!existsSync(join(place, '.git'))) {
      const what = 'its main checkout is not known here, because its git folder is elsewhere';
      items.push(localWork.unverified(place, what, 'run sao wrap-up in the main checkout, too'));
      continue;
    }
    // First: what to do about uncommitted paths may be `git add`.
    items.push(...(await warnOfNestedPrograms(place)).map(localWork.program));
    const paths = await listUncommittedPaths(place);
    if (paths.length > 0) items.push(localWork.uncommitted(place, paths));
    const commits =
      branch === undefined && head !== undefined ? await countLocal(directory, head, ['--branches']) : 0;
    if (head !== undefined && commits > 0) items.push(localWork.detached(place, head, commits));
  }
  return items;
}

/** Number of commits of a full ref or object id that no remote has, nor the given refs. */
async function countLocal(directory: string, name: string, known: readonly string[] = []): Promise<number> {
  const args = ['rev-list', '--count', name, '--not', '--remotes', ...known];
  return Number((await askGit(directory, args)).trim());
}

async function findStashes(directory: string): Promise<LocalWork[]> {
  const lines = (await askGit(directory, ['stash', 'list', '--format=%gd %s'])).split('\n');
  return lines.filter((line) => line !== '').map((line) => localWork.stash(directory, line));
}

interface UnpushedRef {
  ref: string;
  target: string;
  commits: number;
}

async function findUnpushedBranches(directory: string): Promise<UnpushedRef[]> {
  const found: UnpushedRef[] = [];
  for (const { ref, target } of await listRefs(directory, 'refs/heads')) {
    const commits = await countLocal(directory, ref);
    if (commits > 0) found.push({ ref, target, commits });
  }
  return found;
}

/** A remote that cannot be asked is named: not checked is not pushed. */
async function findUnpushedTags(
  directory: string,
  remote: string,
): Promise<{ missing: UnpushedRef[]; items: LocalWork[] }> {
  const tags = await listRefs(directory, 'refs/tags');
  if (tags.length === 0) return { missing: [], items: [] };
  const args = ['ls-remote', '--tags', '--refs', '--', remote];
  const { code, stdout, stderr } = await callGit(directory, args, { timeoutMs: LIST_TIMEOUT_MS });
  if (code !== 0) {
    const what = `the tags of ${remote} cannot be read: ${stderr.trim()}`;
    return {
      missing: [],
      items: [localWork.unverified(directory, what, `git -C ${directory} ls-remote ${remote}`)],
    };
  }
  const known = new Set(stdout.split('\n').map((line) => line.split('\t')[1]));
  return {
    missing: tags.filter(({ ref }) => !known.has(ref)).map((tag) => ({ ...tag, commits: 0 })),
    items: [],
  };
}

async function listRefs(directory: string, prefix: string): Promise<{ ref: string; target: string }[]> {
  const output = await askGit(directory, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  return output.split('\n').flatMap((line) => {
    const [target = '', ref = ''] = line.split(' ');
    return ref === '' ? [] : [{ ref, target }];
  });
}

async function findRescued(directory: string): Promise<LocalWork[]> {
  const items: LocalWork[] = [];
  for (const { ref, subject } of unwrap(await listRescues(directory)))
    if ((await countLocal(directory, ref, ['--branches'])) > 0)
      items.push(localWork.rescue(directory, ref, subject));
  return items;
}
