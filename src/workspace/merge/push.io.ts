import { callGit } from '../../system/git/call.io.ts';
import { ExpectedError, fault, reject } from '../../system/result.ts';
import { pushLfsObjects } from './lfs-objects.io.ts';
import { findUnpublishedSubmodule } from './submodule-commits.io.ts';
import { mergeProblems } from './wording.ts';

const PUSH_TIMEOUT_MS = 600_000;

/** The names of a repository's remotes. */
export async function listRemotes(directory: string): Promise<string[]> {
  const { stdout } = await callGit(directory, ['remote']);
  return stdout.split('\n').filter((name) => name !== '');
}

const LIST_TIMEOUT_MS = 60_000;

/**
 * Checks before a build that its branch can be created on the remote. A remote that cannot be reached now is no reason to refuse. Throws an
 * ExpectedError if the name is taken, or if a branch of the remote is a folder of the name or the other way around.
 */
export async function requireFreeBranch(
  directory: string,
  { remote, branch }: Omit<Push, 'commit'>,
): Promise<void> {
  if ((await callGit(directory, ['check-ref-format', '--branch', branch])).code !== 0)
    throw new ExpectedError(reject(mergeProblems.wrongBranch(branch)));
  const args = ['ls-remote', '--heads', '--', remote];
  const { code, stdout } = await callGit(directory, args, { timeoutMs: LIST_TIMEOUT_MS });
  if (code !== 0) return;
  const heads = stdout.split('\n').map((line) => line.replace(/^.*\trefs\/heads\//, ''));
  const taken = heads.find(
    (head) =>
      head !== '' && (head === branch || branch.startsWith(`${head}/`) || head.startsWith(`${branch}/`)),
  );
  if (taken !== undefined)
    throw new ExpectedError(reject(mergeProblems.branchTaken({ remote, branch }, taken)));
}

export interface Push {
  remote: string;
  /** Without `refs/heads/`. */
  branch: string;
  /** Object id. */
  commit: string;
}

/** A commit or tag, and the ref of a remote that is to have it. */
export interface PushedRef {
  remote: string;
  /** `refs/heads/…` or `refs/tags/…`. */
  ref: string;
  /** Object id. */
  target: string;
}

/**
 * Pushes an object to a ref of a remote, without the repository's hooks and without a prompt; never over other commits. What others need besides git's
 * objects comes first: the content of Git LFS is pushed, and a commit that names a submodule's commit that no remote has is not pushed. Returns why the ref
 * was not pushed, with git's message; undefined if it was.
 */
export async function pushRef(
  directory: string,
  { remote, ref, target }: PushedRef,
): Promise<string | undefined> {
  const missing =
    (await findUnpublishedSubmodule(directory, { remote, target })) ??
    (await pushLfsObjects(directory, { remote, target }));
  if (missing !== undefined) return missing;
  const args = ['push', '--quiet', '--no-verify', '--', remote, `${target}:${ref}`];
  const { code, stderr } = await callGit(directory, args, { timeoutMs: PUSH_TIMEOUT_MS });
  return code === 0 ? undefined : stderr.trim() || `git ended with code ${code}`;
}

/**
 * Pushes a commit to a branch of a remote as `pushRef` does. A repeated call does nothing. Throws an ExpectedError with git's message.
 */
export async function pushCommit(directory: string, { remote, branch, commit }: Push): Promise<void> {
  if (!(await listRemotes(directory)).includes(remote))
    throw new ExpectedError(reject(mergeProblems.noRemote(directory, remote)));
  const reason = await pushRef(directory, { remote, ref: `refs/heads/${branch}`, target: commit });
  if (reason === undefined) return;
  throw new ExpectedError(fault(mergeProblems.notPushed(directory, { remote, branch, commit }, reason)));
}
