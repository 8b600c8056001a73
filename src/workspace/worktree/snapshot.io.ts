import { copyFileSync, existsSync, lstatSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit, callGit, type GitOptions } from '../../system/git/call.io.ts';
import type { GitAnswer } from '../../system/git/reader.ts';
import { randomHex } from '../../system/random-hex.ts';

/** A repository by its two halves: they are named, because the files may have been moved away from where git looks. */
export interface Halves {
  gitDir: string;
  workTree: string;
}

/** All that a worktree holds, as trees of git. */
export interface Snapshot {
  /** Undefined before the first commit. */
  head: string | undefined;
  headTree: string | undefined;
  /** What is on disk, with untracked files and without ignored ones. */
  tree: string;
  /** What is staged; undefined while a merge is unfinished. */
  staged: string | undefined;
  /** Repositories inside of it, submodules and others, that git keeps as one line each. */
  nested: string[];
}

const TIMEOUT_MS = 600_000;

/** Reads a worktree into trees. Its own index is copied, never written. */
export async function takeSnapshot(halves: Halves): Promise<Snapshot> {
  const index = join(halves.gitDir, `sao-index-${randomHex(12)}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    copyIndex(join(halves.gitDir, 'index'), index);
    const staged = await callIn(halves, ['write-tree'], { env });
    // What stands outside of a sparse checkout is work all the same.
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
 * A file that is changed in the moment in which the index is written looks unchanged; git compares what is as young as its index.
 * A copy is younger than that, so it gets an age that makes git compare too much rather than too little.
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

/** A git command on the two halves, whatever its exit code. */
export function callIn(
  halves: Halves,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  return callGit(halves.workTree, [...split(halves), ...args], { timeoutMs: TIMEOUT_MS, ...options });
}

/** What it prints, without white space around it; an ExpectedError if it fails. */
export async function askIn(
  halves: Halves,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const all = [...split(halves), ...args];
  return (await askGit(halves.workTree, all, { timeoutMs: TIMEOUT_MS, ...options })).trim();
}

const split = ({ gitDir, workTree }: Halves) => [`--git-dir=${gitDir}`, `--work-tree=${workTree}`];

/** The halves of a repository inside another; read by hand, because a moved submodule's configuration names its old place. */
export function halvesOf(workTree: string): Halves {
  const git = join(workTree, '.git');
  if (lstatSync(git).isDirectory()) return { gitDir: git, workTree };
  const path = readFileSync(git, 'utf8')
    .replace(/^gitdir: /, '')
    .replace(/\n$/, '');
  return { gitDir: resolve(workTree, path), workTree };
}
