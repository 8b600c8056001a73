import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../files/file-error.ts';
import { ExpectedError, reject } from '../result.ts';
import { askGit, callGit } from './call.io.ts';
import { describeGitFailure } from './failure.ts';

/** A repository as our own work sees it. */
export interface Repository {
  /** The top of the checkout that it was opened through. */
  directory: string;
  /** The `.git` folder that all its worktrees share. */
  commonDir: string;
  /** Our own files in it: locks, the journal, what is being removed. */
  ours: string;
  /** Carried by every git that changes it under our lock. */
  mark: string;
}

/** The repository around a directory; an ExpectedError where there is none, a bare one, or one that git does not trust. */
export async function openRepository(directory: string): Promise<Repository> {
  const args = ['rev-parse', '--is-bare-repository', '--path-format=absolute', '--git-common-dir'];
  const answer = await askGit(directory, args);
  const isBare = answer.startsWith('true\n');
  // The path is last and may hold a newline itself.
  const commonDir = answer.slice(answer.indexOf('\n') + 1, -1);
  if (isBare) {
    const said = { stderr: 'this operation must be run in a work tree', code: 128 };
    throw new ExpectedError(reject(describeGitFailure(directory, args, said)));
  }
  const top = (await askGit(directory, ['rev-parse', '--show-toplevel'])).slice(0, -1);
  const { dev, ino } = statSync(commonDir);
  return { directory: top, commonDir, ours: ownFolder(commonDir), mark: `sao-git-${dev}-${ino}` };
}

function ownFolder(commonDir: string): string {
  const path = join(commonDir, 'sao');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw describeFileError(error, path, 'make the folder for locks');
  }
}

/** The object id of a commit; undefined if nothing, or no commit, has that name. */
export async function findCommit(directory: string, name: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await callGit(directory, args);
  return code === 0 ? stdout.trim() : undefined;
}

/** Whether a commit is in the history of another. */
export async function isAncestor(directory: string, commit: string, of: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', commit, of];
  const { code, stderr } = await callGit(directory, args);
  if (code <= 1) return code === 0;
  throw new ExpectedError(reject(describeGitFailure(directory, args, { stderr, code })));
}
