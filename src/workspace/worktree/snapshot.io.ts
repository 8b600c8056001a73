import { copyFileSync, existsSync, lstatSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readBoundedBytes, readBoundedText } from '../../system/files/bounded.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit, callGit, type GitOptions } from '../../system/git/call.io.ts';
import type { GitAnswer } from '../../system/git/reader.ts';
import { parseGitLink } from '../../system/git/tip.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { splitIgnored } from './ignored-files.ts';
import { worktreeProblems } from './wording.ts';

/** A repository's git folder and work tree. Git is given both, because the files may have been moved. */
export interface RepositoryPaths {
  gitDir: string;
  workTree: string;
}

/** The content of a worktree, as git trees. */
export interface WorktreeSnapshot {
  /** Undefined before the first commit. */
  head: string | undefined;
  headTree: string | undefined;
  /** The files on disk, with untracked files; `withIgnored` adds the ignored ones that no tool rebuilds. */
  tree: string;
  /** The staged files; undefined while a merge is unfinished. */
  staged: string | undefined;
  /** Paths of repositories inside the worktree (submodules and others), which git stores as one entry each. */
  nested: string[];
  /** Ignored folders that are not in `tree`, because tools rebuild them. */
  dropped: string[];
}

const TIMEOUT_MS = 600_000;

interface SnapshotOrder {
  withIgnored: boolean;
  place: string;
  /** The user's checkout: ignored files that are equal there, such as copies of `worktree.copy`, are left out. */
  checkout?: string;
}

/** Writes the content of a worktree as git trees. The worktree's index is copied, not changed. */
export async function snapshotWorktree(
  repositoryPaths: RepositoryPaths,
  { withIgnored, ...places }: SnapshotOrder,
): Promise<WorktreeSnapshot> {
  const index = join(repositoryPaths.gitDir, `sao-index-${randomHex(12)}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    copyIndex(join(repositoryPaths.gitDir, 'index'), index);
    const staged = await callGitAt(repositoryPaths, ['write-tree'], { env });
    // Files outside a sparse checkout are work too.
    await askGitAt(repositoryPaths, ['add', '--all', '--sparse', '.'], { env });
    const dropped = withIgnored ? await addIgnored(repositoryPaths, env, places) : [];
    return {
      ...(await readHead(repositoryPaths)),
      tree: await askGitAt(repositoryPaths, ['write-tree'], { env }),
      staged: staged.code === 0 ? staged.stdout.trim() : undefined,
      nested: await findNested(repositoryPaths, env),
      dropped,
    };
  } finally {
    removeFile(index);
    removeFile(`${index}.lock`);
  }
}

/** Adds the ignored files that no tool rebuilds to the index; returns the folders that it left out. */
async function addIgnored(
  repositoryPaths: RepositoryPaths,
  env: Record<string, string>,
  { place, checkout }: Omit<SnapshotOrder, 'withIgnored'>,
): Promise<string[]> {
  const list = ['ls-files', '--others', '--ignored', '--exclude-standard', '-z'];
  const listed = (await askGitAt(repositoryPaths, list, { env })).split('\0').filter((path) => path !== '');
  const { kept: wanted, dropped } = splitIgnored(listed);
  const { workTree } = repositoryPaths;
  const kept = wanted.filter((path) => checkout === undefined || !isSameFile(path, workTree, checkout));
  if (kept.length === 0) return dropped;
  const { files, bytes } = measureFiles(repositoryPaths.workTree, kept);
  if (files > MAX_IGNORED_FILES || bytes > MAX_IGNORED_BYTES)
    throw new ExpectedError(reject(worktreeProblems.ignoredTooLarge(place, files, bytes)));
  const add = ['--literal-pathspecs', 'add', '--force', '--sparse'];
  const input = kept.join('\0');
  await askGitAt(repositoryPaths, [...add, '--pathspec-from-file=-', '--pathspec-file-nul'], { env, input });
  return dropped;
}

/** A larger file is rescued without a comparison. */
const MAX_COMPARED_BYTES = 1024 * 1024;

/** Whether a path is a regular file with the same content in both folders. */
function isSameFile(path: string, ...folders: readonly [string, string]): boolean {
  const [first, second] = folders.map((folder) => {
    const file = join(folder, path);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    return stat?.isFile() && stat.size <= MAX_COMPARED_BYTES ? readIfReadable(file) : undefined;
  });
  return first !== undefined && second !== undefined && first.equals(second);
}

function readIfReadable(path: string): Buffer | undefined {
  try {
    return readBoundedBytes(path, MAX_COMPARED_BYTES);
  } catch {
    return undefined;
  }
}

/** A worktree with more ignored files than this stays, because its rescue would fill the repository. */
const MAX_IGNORED_FILES = 20_000;
const MAX_IGNORED_BYTES = 200 * 1024 * 1024;

function measureFiles(workTree: string, paths: readonly string[]): { files: number; bytes: number } {
  const sizes = paths.map((path) => lstatSync(join(workTree, path), { throwIfNoEntry: false })?.size ?? 0);
  return { files: paths.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * Copies the index with an older modification time. A file that changes while the index is written looks unchanged, so git compares
 * the content of files that are not older than the index. The time of the copy makes git compare too many files, not too few.
 */
function copyIndex(from: string, to: string): void {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (!stat) return;
  copyFileSync(from, to);
  const seconds = Math.floor(stat.mtimeMs / 1000) - 2;
  utimesSync(to, seconds, seconds);
}

async function readHead(
  repositoryPaths: RepositoryPaths,
): Promise<Pick<WorktreeSnapshot, 'head' | 'headTree'>> {
  const { code, stdout } = await callGitAt(repositoryPaths, [
    'rev-parse',
    '--quiet',
    '--verify',
    'HEAD^{commit}',
  ]);
  if (code !== 0) return { head: undefined, headTree: undefined };
  const tree = await callGitAt(repositoryPaths, ['rev-parse', '--quiet', '--verify', 'HEAD^{tree}']);
  return { head: stdout.trim(), headTree: tree.stdout.trim() };
}

async function findNested(repositoryPaths: RepositoryPaths, env: Record<string, string>): Promise<string[]> {
  const { stdout } = await callGitAt(repositoryPaths, ['ls-files', '--stage', '-z'], { env });
  return stdout
    .split('\0')
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1))
    .filter((path) => existsSync(join(repositoryPaths.workTree, path, '.git')));
}

/** Runs a git command on a git folder and work tree; returns its exit code and output. */
export function callGitAt(
  repositoryPaths: RepositoryPaths,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  return callGit(repositoryPaths.workTree, [...formatPathOptions(repositoryPaths), ...args], {
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
}

/** Like `callIn`, but returns the trimmed output, and throws an ExpectedError if the command fails. */
export async function askGitAt(
  repositoryPaths: RepositoryPaths,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const all = [...formatPathOptions(repositoryPaths), ...args];
  return (await askGit(repositoryPaths.workTree, all, { timeoutMs: TIMEOUT_MS, ...options })).trim();
}

const formatPathOptions = ({ gitDir, workTree }: RepositoryPaths) => [
  `--git-dir=${gitDir}`,
  `--work-tree=${workTree}`,
];

/** Finds the git folder of a nested repository without git, because a moved submodule's configuration contains its old path. */
export function findNestedPaths(workTree: string): RepositoryPaths {
  const git = join(workTree, '.git');
  if (lstatSync(git).isDirectory()) return { gitDir: git, workTree };
  const text = readBoundedText(git);
  const path = parseGitLink(text) ?? text;
  return { gitDir: resolve(workTree, path), workTree };
}
