import { askGit, callGit } from '../../adapters/git/call.io.ts';
import { findCommit } from '../../adapters/git/repository.io.ts';

const TIMEOUT_MS = 300_000;

/** Paths in a worktree that differ from its last commit, new files included; relative to its top. */
export async function uncommittedPaths(place: string): Promise<string[]> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'];
  const answer = await askGit(place, args, { timeoutMs: TIMEOUT_MS });
  return answer
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(3));
}

/**
 * Commits all that stands in a worktree, `.orchestration` also where the project ignores it. Answers where the branch stands
 * afterwards; nothing to commit is fine.
 */
export async function commitAll(place: string, message: string): Promise<string> {
  await askGit(place, ['add', '--all', '--', '.'], { timeoutMs: TIMEOUT_MS });
  // 128: there is no such folder.
  await callGit(place, ['add', '--all', '--force', '--', '.orchestration']);
  const isEmpty = (await callGit(place, ['diff', '--cached', '--quiet'])).code === 0;
  if (!isEmpty) await askGit(place, ['commit', '--quiet', '--no-verify', '--file=-'], { input: message });
  return await headOf(place);
}

export async function headOf(place: string): Promise<string> {
  return (await askGit(place, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
}

/**
 * Paths that a branch itself has changed: in commits that none of the `known` ones has in its history, and in merges beyond what
 * their sides brought. So what was merged from others is not held against it.
 */
export async function ownPaths(place: string, branch: string, known: readonly string[]): Promise<string[]> {
  const how = [
    '-c',
    '--name-only',
    '-z',
    '--no-renames',
    '--no-ext-diff',
    '--format=',
    '--ignore-submodules=none',
  ];
  const args = ['log', ...how, '--end-of-options', branch, ...known.map((commit) => `^${commit}`)];
  const answer = await askGit(place, args, { timeoutMs: TIMEOUT_MS });
  return [...new Set(answer.split('\0').map((path) => path.replace(/^\n+/, '')))]
    .filter((path) => path !== '')
    .sort();
}

/** Brings a commit into a worktree's branch by a merge; false, with everything as it was, where that would conflict. */
export async function bringInto(place: string, commit: string, message: string): Promise<boolean> {
  if ((await findCommit(place, commit)) === undefined) return false;
  const merge = await callGit(place, ['merge', '--no-ff', '--no-edit', '--quiet', '-m', message, commit], {
    timeoutMs: TIMEOUT_MS,
  });
  if (merge.code === 0) return true;
  await callGit(place, ['merge', '--abort']);
  return false;
}
