import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../files/file-error.ts';
import { ExpectedError, reject } from '../result.ts';
import { askGit, callGit } from './call.io.ts';
import { describeGitFailure } from './failure.ts';
import { findMisleadingSetting } from './misleading-settings.io.ts';

/** A repository that sao works in. */
export interface Repository {
  /** The top of the checkout through which the repository was opened. */
  directory: string;
  /** The `.git` folder that all worktrees of the repository share. */
  commonDir: string;
  /** The folder for sao's own files in `commonDir`: locks, the journal, files that are being removed. */
  ours: string;
  /** The process mark of every git command that changes the repository under sao's lock. */
  mark: string;
}

/** Opens the repository of a directory. Throws an ExpectedError if there is none, if it is bare, or if git does not trust it. */
export async function openRepository(directory: string): Promise<Repository> {
  const args = ['rev-parse', '--is-bare-repository', '--path-format=absolute', '--git-common-dir'];
  const answer = await askGit(directory, args);
  const isBare = answer.startsWith('true\n');
  // The path comes last, because it may contain a newline.
  const commonDir = answer.slice(answer.indexOf('\n') + 1, -1);
  const misleading = findMisleadingSetting(directory);
  if (isBare || misleading !== undefined) {
    const said = { stderr: 'this operation must be run in a work tree', code: 128, misleading };
    throw new ExpectedError(reject(describeGitFailure(directory, args, said)));
  }
  const top = (await askGit(directory, ['rev-parse', '--show-toplevel'])).slice(0, -1);
  const { dev, ino } = statSync(commonDir);
  return { directory: top, commonDir, ours: createSaoDir(commonDir), mark: `sao-git-${dev}-${ino}` };
}

function createSaoDir(commonDir: string): string {
  const path = join(commonDir, 'sao');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw describeFileError(error, path, 'make the folder for locks');
  }
}

/** The object id of the commit that `name` refers to; undefined if there is no such commit. */
export async function findCommit(directory: string, name: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await callGit(directory, args);
  return code === 0 ? stdout.trim() : undefined;
}

/** Whether `commit` is in the history of `of`. Throws an ExpectedError if git cannot compare them. */
export async function isAncestor(directory: string, commit: string, of: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', commit, of];
  const { code, stderr } = await callGit(directory, args);
  if (code <= 1) return code === 0;
  throw new ExpectedError(reject(describeGitFailure(directory, args, { stderr, code })));
}
