import { askGit } from '../../system/git/call.io.ts';
import { type ChangeLog, findChangeLog, pathsToRead } from './change-log.ts';

/** Reads how the project recorded its changes in a commit. Agents cannot change that commit. */
export async function readChangeLog(worktree: string, commit: string): Promise<ChangeLog> {
  const listed = await askGit(worktree, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  // A submodule has no text here.
  const tracked = listed.split('\0').flatMap((entry) => /^\d+ blob \w+\t(.*)$/s.exec(entry)?.[1] ?? []);
  const texts = new Map<string, string>();
  for (const path of pathsToRead(tracked))
    texts.set(path, await askGit(worktree, ['cat-file', 'blob', `${commit}:${path}`]));
  return findChangeLog(tracked, texts);
}
