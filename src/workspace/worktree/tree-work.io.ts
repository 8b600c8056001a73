import { askGit, callGit } from '../../system/git/call.io.ts';

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

/** Paths whose merge was begun and not resolved: to add them would commit both sides. */
export async function unmergedPaths(place: string): Promise<string[]> {
  const answer = await askGit(place, ['diff', '--name-only', '-z', '--diff-filter=U']);
  return [...new Set(answer.split('\0'))].filter((path) => path !== '');
}

/** Stages all that stands in a worktree, `.orchestration` also where the project ignores it. */
export async function stageAll(place: string): Promise<void> {
  await askGit(place, ['add', '--all', '--', '.'], { timeoutMs: TIMEOUT_MS });
  // 128: there is no such folder.
  await callGit(place, ['add', '--all', '--force', '--', '.orchestration']);
}

/** Commits what is staged, and answers where the branch stands afterwards; nothing to commit is fine. */
export async function commitStaged(place: string, message: string): Promise<string> {
  const isEmpty = (await callGit(place, ['diff', '--cached', '--quiet'])).code === 0;
  if (!isEmpty) await askGit(place, ['commit', '--quiet', '--no-verify', '--file=-'], { input: message });
  return await headOf(place);
}

export async function headOf(place: string): Promise<string> {
  return (await askGit(place, ['rev-parse', '--verify', 'HEAD^{commit}'])).trim();
}

/** Commits what stands below one folder, and nothing else; nothing to commit is fine. */
export async function commitOnly(place: string, folder: string, message: string): Promise<void> {
  await askGit(place, ['add', '--all', '--force', '--', folder]);
  const isEmpty = (await callGit(place, ['diff', '--cached', '--quiet', '--', folder])).code === 0;
  if (isEmpty) return;
  const how = ['--quiet', '--no-verify', '--only', '--file=-'];
  await askGit(place, ['commit', ...how, '--', folder], { input: message });
}
