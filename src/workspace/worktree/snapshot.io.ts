import { copyFileSync, existsSync, lstatSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit, callGit, type GitOptions } from '../../system/git/call.io.ts';
import type { GitAnswer } from '../../system/git/reader.ts';
import { randomHex } from '../../system/random-hex.ts';

/** A repository's git folder and work tree. Git is given both, because the files may have been moved. */
export interface Halves {
  gitDir: string;
  workTree: string;
}

/** The content of a worktree, as git trees. */
export interface Snapshot {
  /** Undefined before the first commit. */
  head: string | undefined;
  headTree: string | undefined;
  /** The files on disk, with untracked but without ignored files. */
  tree: string;
  /** The staged files; undefined while a merge is unfinished. */
  staged: string | undefined;
  /** Paths of repositories inside the worktree (submodules and others), which git stores as one entry each. */
  nested: string[];
}

const TIMEOUT_MS = 600_000;

/** Writes the content of a worktree as git trees. The worktree's index is copied, not changed. */
export async function takeSnapshot(halves: Halves): Promise<Snapshot> {
  const index = join(halves.gitDir, `sao-index-${randomHex(12)}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    copyIndex(join(halves.gitDir, 'index'), index);
    const staged = await callIn(halves, ['write-tree'], { env });
    // Files outside a sparse checkout are work too.
    await askIn(halves, ['add', '--all', '--sparse', '.'], { env });
    return {
      ...(await readHead(halves)),
      tree: await askIn(halves, ['write-tree'], { env }),
      staged: staged.code === 0 ? staged.stdout.trim() : undefined,
      nested: await findNested(halves, env),
    };
  } finally {
    removeFile(index);
    removeFile(`${index}.lock`);
  }
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

async function readHead(halves: Halves): Promise<Pick<Snapshot, 'head' | 'headTree'>> {
  const { code, stdout } = await callIn(halves, ['rev-parse', '--quiet', '--verify', 'HEAD^{commit}']);
  if (code !== 0) return { head: undefined, headTree: undefined };
  const tree = await callIn(halves, ['rev-parse', '--quiet', '--verify', 'HEAD^{tree}']);
  return { head: stdout.trim(), headTree: tree.stdout.trim() };
}

async function findNested(halves: Halves, env: Record<string, string>): Promise<string[]> {
  const { stdout } = await callIn(halves, ['ls-files', '--stage', '-z'], { env });
  return stdout
    .split('\0')
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1))
    .filter((path) => existsSync(join(halves.workTree, path, '.git')));
}

/** Runs a git command on a git folder and work tree; returns its exit code and output. */
export function callIn(
  halves: Halves,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  return callGit(halves.workTree, [...split(halves), ...args], { timeoutMs: TIMEOUT_MS, ...options });
}

/** Like `callIn`, but returns the trimmed output, and throws an ExpectedError if the command fails. */
export async function askIn(
  halves: Halves,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const all = [...split(halves), ...args];
  return (await askGit(halves.workTree, all, { timeoutMs: TIMEOUT_MS, ...options })).trim();
}

const split = ({ gitDir, workTree }: Halves) => [`--git-dir=${gitDir}`, `--work-tree=${workTree}`];

/** Finds the git folder of a nested repository without git, because a moved submodule's configuration contains its old path. */
export function halvesOf(workTree: string): Halves {
  const git = join(workTree, '.git');
  if (lstatSync(git).isDirectory()) return { gitDir: git, workTree };
  const path = readFileSync(git, 'utf8')
    .replace(/^gitdir: /, '')
    .replace(/\n$/, '');
  return { gitDir: resolve(workTree, path), workTree };
}
