import { callGit } from '../../system/git/call.io.ts';
import { ExpectedError, fault, reject } from '../../system/result.ts';
import { mergeProblems } from './wording.ts';

const PUSH_TIMEOUT_MS = 600_000;

/** The names of a repository's remotes. */
export async function listRemotes(directory: string): Promise<string[]> {
  const { stdout } = await callGit(directory, ['remote']);
  return stdout.split('\n').filter((name) => name !== '');
}

export interface Push {
  remote: string;
  /** Without `refs/heads/`. */
  branch: string;
  /** Object id. */
  commit: string;
}

/**
 * Pushes a commit to a branch of a remote, without the repository's hooks and without a prompt. A branch that has other commits is never
 * overwritten. A repeated call does nothing. Throws an ExpectedError with git's message.
 */
export async function pushCommit(directory: string, { remote, branch, commit }: Push): Promise<void> {
  if (!(await listRemotes(directory)).includes(remote))
    throw new ExpectedError(reject(mergeProblems.noRemote(directory, remote)));
  const args = ['push', '--quiet', '--no-verify', '--', remote, `${commit}:refs/heads/${branch}`];
  const { code, stderr } = await callGit(directory, args, { timeoutMs: PUSH_TIMEOUT_MS });
  if (code === 0) return;
  throw new ExpectedError(fault(mergeProblems.notPushed(directory, { remote, branch, commit }, stderr)));
}
