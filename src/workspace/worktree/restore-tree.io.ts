import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { type AdminEntry, findAdminEntry, readTextIfExists, repairCommonDirs } from './admin.io.ts';
import { createTree, withWorktreeLock } from './create.io.ts';
import { containsCommit, type ExaminedTree, examineTree, readTreeRecords } from './examine-tree.io.ts';
import { hasLeftovers, undoLeftovers, withRepositoryLock } from './exclusive.io.ts';
import { readReflog } from './lost-commits.ts';
import { branchOf, formatRescuePrefix, worktreePath } from './names.ts';
import { restoreMovedWorktree } from './removal.io.ts';
import { createRescueRef, rescueCommits, rescueTree } from './rescue.io.ts';
import type { Site } from './site.io.ts';
import type { ExpectedTree, RestoredTree } from './tree-damage.ts';
import { includeAllFiles } from './whole-tree.io.ts';
import { worktreeProblems } from './wording.ts';

const TIMEOUT_MS = 600_000;
/** The folder in a worktree that a repository in place of its `.git` file is moved to, so that its commits are rescued. */
const STRAY_REPOSITORY = 'sao-stray-repository';

/**
 * Restores a worktree and its branch from the commit that the ledger names; undefined if nothing is wrong. Files that are not committed stay in
 * place unless the branch was rewritten; what is in no branch then is kept under rescue refs. Throws an ExpectedError if the known commit is gone.
 */
export async function restoreTree(site: Site, expected: ExpectedTree): Promise<RestoredTree | undefined> {
  const { module, known } = expected;
  const restored = await withWorktreeLock(site, module, async () => {
    restoreMovedWorktree(site, module);
    if (hasLeftovers(site.repo)) await undoLeftovers(site.repo);
    const found = await examineTree(site, expected, await readTreeRecords(site));
    if (found.damage.length === 0) return undefined;
    if ((await findCommit(site.repo.directory, known)) === undefined)
      throw new ExpectedError(reject(worktreeProblems.knownGone(branchOf(site.run, module), known)));
    // With an empty `commondir` git fails in the whole repository.
    repairCommonDirs(site.repo);
    return await restoreFound(site, expected, found);
  });
  // Creating a worktree takes the same lock.
  if (restored?.damage.includes('folder')) await createTree(site, module, restored.head);
  return restored;
}

async function restoreFound(
  site: Site,
  { module, known }: ExpectedTree,
  found: ExaminedTree,
): Promise<RestoredTree> {
  const { damage, entry, tip } = found;
  const isRewritten = damage.includes('history');
  const hasFolder = !damage.includes('folder');
  // Commits that only git's entry names, before the entry is replaced.
  const traces = entry ? readReflog(readTextIfExists(join(entry.path, 'logs', 'HEAD')) ?? '') : [];
  const order = orderOf(site, module, [], ['--all']);
  const rescued = entry ? await rescueCommits(site, order, entry.path) : [];
  const head = tip === undefined ? await findLatest(site, traces, known) : isRewritten ? known : tip;
  if (tip === undefined) await writeBranch(site, module, head);
  if (hasFolder) rescued.push(...(await restoreFolder(site, module, found, head)));
  else if (isRewritten && tip !== undefined) rescued.push(await createRescueRef(site, module, tip));
  if (isRewritten) await moveBranch(site, module, { from: tip, to: known, hasFolder });
  return { module, damage, head, rescued: [...new Set(rescued)] };
}

/** Connects an existing folder with git again. Returns the rescue refs of its uncommitted work and of commits that no branch keeps. */
async function restoreFolder(
  site: Site,
  module: string,
  { damage, entry, tip }: ExaminedTree,
  head: string,
): Promise<string[]> {
  const place = worktreePath(site, module);
  const whole = await connect(site, module, { damage, entry }, head);
  if (damage.includes('index')) await rebuildIndex(place);
  const tips = tip === undefined ? [] : [tip];
  const order = orderOf(site, module, tips, damage.includes('history') ? [head] : ['--branches']);
  const { refs } = await rescueTree(site, order, { gitDir: whole.path, workTree: place });
  rmSync(join(place, STRAY_REPOSITORY), { recursive: true, force: true });
  return refs;
}

function orderOf(site: Site, module: string, tips: readonly string[], safe: readonly string[]) {
  const rescues = `--glob=${formatRescuePrefix(site.run, module)}*`;
  const place = worktreePath(site, module);
  return { module, place, tips, safe: [...safe, rescues], withIgnored: false };
}

/** The last commit of a lost branch that its worktree's log names, if it continues the known commit. */
async function findLatest(site: Site, traces: readonly string[], known: string): Promise<string> {
  for (const commit of [...traces].reverse()) if (await containsCommit(site, commit, known)) return commit;
  return known;
}

async function writeBranch(site: Site, module: string, commit: string): Promise<void> {
  const { repo } = site;
  const ref = `refs/heads/${branchOf(site.run, module)}`;
  await withRepositoryLock(repo, { kind: 'refs', refs: [ref] }, async () => {
    // Git refuses to replace a file that is no ref.
    const file = join(repo.commonDir, ref);
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) removeFile(file);
    await askGit(repo.directory, ['update-ref', ref, commit], { mark: repo.mark });
  });
}

/** Connects a worktree with git's entry for it, and makes the entry anew if it is gone. */
async function connect(
  site: Site,
  module: string,
  { damage, entry }: Pick<ExaminedTree, 'damage' | 'entry'>,
  head: string,
): Promise<AdminEntry> {
  const place = worktreePath(site, module);
  await moveStrayRepository(place);
  const own = entry ?? (await addEntry(site, module, head));
  const branch = `ref: refs/heads/${branchOf(site.run, module)}`;
  const link = `gitdir: ${own.path}`;
  const isWhole = /^ref: refs\/\S+$|^[0-9a-f]{40,64}$/.test(own.head ?? '') && !damage.includes('head');
  if (!isWhole || !entry) writeAtomic(join(own.path, 'HEAD'), `${branch}\n`);
  if ((readTextIfExists(join(own.path, 'commondir')) ?? '').trim() === '')
    writeAtomic(join(own.path, 'commondir'), '../..\n');
  writeAtomic(join(own.path, 'gitdir'), `${join(place, '.git')}\n`);
  if (readTextIfExists(join(place, '.git')) !== link) writeFileSync(join(place, '.git'), `${link}\n`);
  return findAdminEntry(site.repo, place) ?? own;
}

// An agent may have run `git init` there, or put a link in place of the file.
async function moveStrayRepository(place: string): Promise<void> {
  const link = join(place, '.git');
  const stat = lstatSync(link, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  if (!stat.isDirectory()) {
    removeFile(link);
    return;
  }
  const stray = join(place, STRAY_REPOSITORY);
  rmSync(stray, { recursive: true, force: true });
  mkdirSync(stray);
  renameSync(link, join(stray, '.git'));
  // A repository without a commit has nothing to rescue, and git cannot add it.
  const { stdout } = await callGit(stray, ['rev-list', '--all', '--max-count=1', 'HEAD', '--ignore-missing']);
  if (stdout.trim() === '') rmSync(stray, { recursive: true, force: true });
  else if ((await findCommit(stray, 'HEAD')) === undefined)
    await callGit(stray, ['update-ref', '--no-deref', 'HEAD', stdout.trim()]);
}

/** Makes an entry for a worktree that exists: git makes one for a temporary folder, which is removed. */
async function addEntry(site: Site, module: string, commit: string): Promise<AdminEntry> {
  const { repo } = site;
  // Git names the entry after the folder.
  const folder = join(site.builds, `.new-${randomHex(8)}`);
  const place = join(folder, module);
  await withRepositoryLock(
    repo,
    { kind: 'add', place, branch: branchOf(site.run, module), base: commit, adopts: true },
    () =>
      askGit(repo.directory, ['worktree', 'add', '--quiet', '--no-checkout', '--detach', place, commit], {
        mark: repo.mark,
      }),
  );
  rmSync(folder, { recursive: true, force: true });
  const entry = findAdminEntry(repo, place);
  if (!entry) throw new ExpectedError(reject(worktreeProblems.unknown(site.run, module)));
  await includeAllFiles(entry);
  return entry;
}

/** Writes the index anew from the branch. Files on disk stay as they are, and those that are missing there are checked out. */
async function rebuildIndex(place: string): Promise<void> {
  const entryIndex = (
    await askGit(place, ['rev-parse', '--path-format=absolute', '--git-path', 'index'])
  ).slice(0, -1);
  removeFile(entryIndex);
  removeFile(`${entryIndex}.lock`);
  await callGit(place, ['reset', '--mixed', '--quiet'], { timeoutMs: TIMEOUT_MS });
  const missing = await askGit(place, ['ls-files', '--deleted', '-z']);
  if (missing !== '')
    await askGit(place, ['checkout-index', '-z', '--stdin'], { input: missing, timeoutMs: TIMEOUT_MS });
}

/** Moves a rewritten branch back. Files stay if the index still has the known commit's; otherwise the known files are checked out. */
async function moveBranch(
  site: Site,
  module: string,
  { from, to, hasFolder }: { from: string | undefined; to: string; hasFolder: boolean },
): Promise<void> {
  const { repo } = site;
  const place = worktreePath(site, module);
  const ref = `refs/heads/${branchOf(site.run, module)}`;
  await withRepositoryLock(repo, { kind: 'refs', refs: [ref] }, () =>
    askGit(repo.directory, ['update-ref', ref, to, ...(from === undefined ? [] : [from])], {
      mark: repo.mark,
    }),
  );
  if (!hasFolder) return;
  const isKept = (await callGit(place, ['diff-index', '--cached', '--quiet', to])).code === 0;
  if (!isKept) await askGit(place, ['reset', '--hard', '--quiet', to], { timeoutMs: TIMEOUT_MS });
}
