import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { describeGitFailure } from '../../system/git/failure.ts';
import { askLookUp } from '../../system/git/look-up.io.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { catchExpectedError, ExpectedError, type Result, reject } from '../../system/result.ts';
import type { ChangedGitlink } from './gitlinks.ts';
import { listSubmodules } from './submodules.io.ts';
import { PATTERNS } from './whole-tree.io.ts';
import { worktreeProblems } from './wording.ts';

const TIMEOUT_MS = 300_000;

/** Paths in a worktree that differ from its last commit, with new files; relative to the top of the worktree. */
export async function listUncommittedPaths(place: string): Promise<string[]> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'];
  const answer = await askLookUp(place, args, { timeoutMs: TIMEOUT_MS });
  return answer
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(3));
}

/** Paths with unresolved merge conflicts. Staging them would commit both sides. */
export async function listUnmergedPaths(place: string): Promise<string[]> {
  const answer = await askLookUp(place, ['diff', '--name-only', '-z', '--diff-filter=U']);
  return [...new Set(answer.split('\0'))].filter((path) => path !== '');
}

/**
 * Stages all changes in a worktree except moved submodules, and `.orchestration` even if the project ignores it. In a sparse checkout, which git
 * makes for some clients, also those outside of its patterns.
 */
export async function stageAll(place: string): Promise<void> {
  await askGit(place, ['add', '--all', '--sparse', '--', '.'], { timeoutMs: TIMEOUT_MS });
  // The exit code is ignored: git exits with 128 if the folder does not exist.
  await callGit(place, ['add', '--all', '--force', '--sparse', '--', '.orchestration']);
  await unstageMovedGitlinks(place);
}

/** Commits staged changes, if any. Returns the object id of the branch's last commit. */
export async function commitStaged(place: string, message: string): Promise<string> {
  const isEmpty = (await callGit(place, ['diff', '--cached', '--quiet'])).code === 0;
  if (!isEmpty) await askGit(place, ['commit', '--quiet', '--no-verify', '--file=-'], { input: message });
  return await readHeadCommit(place);
}

/** The object id of the checked-out commit. */
export async function readHeadCommit(place: string): Promise<string> {
  return (await askGit(place, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
}

/** Commits the changes in one folder, if any, and nothing else. */
export async function commitFolder(place: string, folder: string, message: string): Promise<void> {
  await askGit(place, ['add', '--all', '--force', '--sparse', '--', folder]);
  const isEmpty = (await callGit(place, ['diff', '--cached', '--quiet', '--', folder])).code === 0;
  if (isEmpty) return;
  const how = ['--quiet', '--no-verify', '--only', '--file=-'];
  await askGit(place, ['commit', ...how, '--', folder], { input: message });
}

export interface CheckedTree {
  place: string;
  branch: string;
  head: string;
}

/** Checks that a directory is the top of a worktree and on its branch. Call it before work in the worktree is accepted. */
export function checkWorktree(place: string, branch: string): Promise<Result<CheckedTree>> {
  return catchExpectedError(async () => {
    const args = ['rev-parse', '--verify', 'HEAD^{commit}'];
    const head = (await askGit(place, args)).trim();
    const top = (await askGit(place, ['rev-parse', '--show-toplevel'])).slice(0, -1);
    if (top !== realpathSync(place)) throw new ExpectedError(reject(worktreeProblems.otherPlace(place, top)));
    const { code, stdout } = await callGit(place, ['symbolic-ref', '--quiet', 'HEAD']);
    const found = code === 0 ? stdout.trim().replace(/^refs\/heads\//, '') : 'no branch (detached)';
    if (found !== branch) throw new ExpectedError(reject(worktreeProblems.otherBranch(place, branch, found)));
    return { place, branch, head };
  });
}

/**
 * All paths that a branch has changed since it left its base; a rename counts with both names. Paths are relative to the top of the
 * repository and sorted by git.
 */
export function listBranchChanges(
  directory: string,
  base: string,
  branch: string,
): Promise<Result<string[]>> {
  return catchExpectedError(async () => {
    const how = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
    const args = ['diff', ...how, '--end-of-options', `${base}...${branch}`];
    const { code, stdout, stderr } = await callGit(directory, args);
    if (code !== 0) throw new ExpectedError(reject(describeGitFailure(directory, args, { code, stderr })));
    return stdout.split('\0').filter((path) => path !== '');
  });
}

/**
 * Clears the marks `skip-worktree` and `assume-unchanged` in a worktree's index, with which git overlooks a changed file: tests would run on the
 * file in place, and merges on the committed one. Returns the paths that differ from the index. Files that a sparse checkout leaves out keep
 * their mark.
 */
export async function revealHiddenChanges(place: string): Promise<string[]> {
  const isSparse = await isSparseCheckout(place);
  const marked = parseMarked(await askGit(place, ['ls-files', '-v', '-z'])).filter(
    ({ path, isSkipped }) => !(isSparse && isSkipped && !existsSync(join(place, path))),
  );
  if (marked.length === 0) return [];
  const input = marked.map(({ path }) => `${path}\0`).join('');
  // Git applies only the last of these options to a path.
  for (const mark of ['--no-assume-unchanged', '--no-skip-worktree'])
    await askGit(place, ['update-index', mark, '-z', '--stdin'], { input });
  const changed = await askGit(place, ['diff-files', '--name-only', '-z']);
  const paths = new Set(marked.map(({ path }) => path));
  return changed.split('\0').filter((path) => paths.has(path));
}

/** Parses `git ls-files -v -z`: `S` is skip-worktree, a small letter is assume-unchanged. */
function parseMarked(output: string): { path: string; isSkipped: boolean }[] {
  return output.split('\0').flatMap((entry) => {
    const tag = entry.slice(0, 1);
    return /^[Sa-z]$/.test(tag) ? [{ path: entry.slice(2), isSkipped: /s/i.test(tag) }] : [];
  });
}

/**
 * Repositories inside a tree, as git links, that `origin` does not have at the same path: git delivers them as empty folders. A submodule that
 * `.gitmodules` of the tree and the contract's prose name is none of them.
 */
export async function listNewGitlinks(
  place: string,
  origin: string | undefined,
  tree: string,
  prose: readonly string[],
): Promise<string[]> {
  const found = await listGitlinks(place, tree);
  if (found.length === 0) return [];
  const known = new Set(origin === undefined ? [] : await listGitlinks(place, origin));
  const submodules = await listSubmodulePaths(place, tree);
  return found.filter(
    (path) => !known.has(path) && !(submodules.has(path) && prose.some((line) => line.includes(path))),
  );
}

async function listGitlinks(place: string, tree: string): Promise<string[]> {
  const output = await askGit(place, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  return output.split('\0').flatMap((entry) => /^160000 commit \S+\t([\s\S]+)$/.exec(entry)?.[1] ?? []);
}

async function listSubmodulePaths(place: string, tree: string): Promise<Set<string>> {
  const args = ['config', '-z', `--blob=${tree}:.gitmodules`, '--get-regexp', '^submodule\\..*\\.path$'];
  const { code, stdout } = await callGit(place, args);
  const values = stdout.split('\0').map((entry) => entry.slice(entry.indexOf('\n') + 1));
  return new Set(code === 0 ? values : []);
}

/**
 * The submodules whose commit a branch changed to one that no remote branch in the user's copy of the submodule has: no other clone could check it out,
 * and neither can the integration worktree. A submodule that the branch adds and that the user has no copy of is none of them.
 */
export async function listUnpublishedGitlinks(
  { commonDir }: Pick<Repository, 'commonDir'>,
  place: string,
  { base, commit }: { base: string; commit: string },
): Promise<ChangedGitlink[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', base, commit];
  const changed = parseChangedGitlinks(await askGit(place, args));
  if (changed.length === 0) return [];
  const submodules = await listSubmodules(place);
  const unpublished: ChangedGitlink[] = [];
  for (const gitlink of changed) {
    const name = submodules.find(({ path }) => path === gitlink.path)?.name;
    const copy = name === undefined ? undefined : join(commonDir, 'modules', name);
    const hasCopy = copy !== undefined && existsSync(join(copy, 'HEAD'));
    if (hasCopy ? !(await isPublished(copy, gitlink.to)) : gitlink.from !== undefined)
      unpublished.push(gitlink);
  }
  return unpublished;
}

/** Whether a remote branch in a copy of a repository has the commit. Git fails if the commit does not exist. */
export async function isPublished(copy: string, commit: string): Promise<boolean> {
  const args = ['for-each-ref', '--count=1', '--contains', commit, 'refs/remotes'];
  const { code, stdout } = await callGit(copy, args);
  return code === 0 && stdout.trim() !== '';
}

/**
 * Takes moved submodules out of the index: what is checked out in a submodule may be older than its commit, so that a commit of everything would
 * move it back.
 */
export async function unstageMovedGitlinks(place: string): Promise<void> {
  const args = ['diff-index', '--cached', '-z', '--raw', '--no-renames', '--ignore-submodules=none', 'HEAD'];
  const moved = parseChangedGitlinks(await askGit(place, args)).filter(({ from }) => from !== undefined);
  if (moved.length === 0) return;
  const input = moved.map(({ path, from }) => `160000 ${from} 0\t${path}\0`).join('');
  await askGit(place, ['update-index', '-z', '--index-info'], { input });
}

/** Parses the output of git's raw diffs with `-z` and without renames: a header and a path in turn. Removed submodules are left out. Pure. */
export function parseChangedGitlinks(raw: string): ChangedGitlink[] {
  const fields = raw.split('\0');
  return fields.flatMap((field, index) => {
    const [, fromMode, from = '', to = ''] = /^:(\d{6}) 160000 (\S+) (\S+) \S+$/.exec(field) ?? [];
    const path = fields[index + 1];
    if (index % 2 === 1 || fromMode === undefined || path === undefined) return [];
    return [{ path, ...(fromMode === '160000' ? { from } : {}), to }];
  });
}

/** Whether a checkout leaves out files on purpose: the setting alone changes nothing where git finds no patterns. */
export async function isSparseCheckout(place: string): Promise<boolean> {
  const { stdout } = await callGit(place, ['config', '--type=bool', 'core.sparseCheckout']);
  if (stdout !== 'true\n') return false;
  const args = ['rev-parse', '--path-format=absolute', '--git-path', PATTERNS];
  return existsSync((await askGit(place, args)).slice(0, -1));
}
