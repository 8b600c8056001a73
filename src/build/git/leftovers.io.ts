import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../adapters/git/call.io.ts';

/** Runs tests in a worktree and removes the files that they leave behind: nobody wrote them, and they would be taken for work. */
export async function withoutLeftovers<T>(place: string, run: () => Promise<T>): Promise<T> {
  const before = new Set(await newPaths(place));
  try {
    return await run();
  } finally {
    for (const path of await newPaths(place))
      if (!before.has(path)) rmSync(join(place, path), { force: true });
  }
}

/** Files that git neither knows nor ignores, relative to the top of the worktree. */
export async function newPaths(place: string): Promise<string[]> {
  const answer = await askGit(place, ['ls-files', '--others', '--exclude-standard', '-z']);
  return answer.split('\0').filter((path) => path !== '');
}
