import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';

/**
 * Runs tests in a worktree of a run (`{runDir}/builds/{module}`) and removes the files that they leave behind: nobody wrote them, and
 * they would be taken for work. What tests that were killed have left is put aside first, under `attempts/leftovers/`.
 */
export async function withoutLeftovers<T>(place: string, run: () => Promise<T>): Promise<T> {
  const record = `${place}.before-tests.json`;
  const killed = readRecord(record);
  if (killed) putAside(place, await pathsBeside(place, killed));
  const before = await newPaths(place);
  writeAtomic(record, JSON.stringify(before));
  try {
    return await run();
  } finally {
    for (const path of await pathsBeside(place, before)) rmSync(join(place, path), { force: true });
    rmSync(record, { force: true });
  }
}

/** Files that git neither knows nor ignores, relative to the top of the worktree. */
export async function newPaths(place: string): Promise<string[]> {
  const answer = await askGit(place, ['ls-files', '--others', '--exclude-standard', '-z']);
  return answer.split('\0').filter((path) => path !== '');
}

async function pathsBeside(place: string, before: readonly string[]): Promise<string[]> {
  const known = new Set(before);
  return (await newPaths(place)).filter((path) => !known.has(path));
}

/** What stood there before tests that never came to their end. */
function readRecord(path: string): string[] | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : undefined;
}

// Moved, not removed: a person may have put a file there meanwhile.
function putAside(place: string, paths: readonly string[]): void {
  const kept = join(dirname(dirname(place)), 'attempts', 'leftovers', basename(place));
  for (const path of paths) {
    const to = join(kept, path);
    mkdirSync(dirname(to), { recursive: true });
    renameSync(join(place, path), to);
  }
}
