import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkAssertions } from '../../contract/assertions.io.ts';
import { readLocks } from '../../contract/contract.ts';
import { locksOf } from '../../contract/locks.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { contractOf, type Engine } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import type { LockFault } from '../qc/evidence.ts';

/**
 * Runs tests in a worktree of a run (`{runDir}/builds/{module}`) and removes the files that they create, which would be taken for
 * work. Files left by an interrupted test run are first moved to `attempts/leftovers/`.
 */
export async function runWithoutLeftovers<T>(worktree: string, run: () => Promise<T>): Promise<T> {
  const recordPath = `${worktree}.before-tests.json`;
  const interruptedRecord = readUntrackedRecord(recordPath);
  if (interruptedRecord) moveLeftovers(worktree, await untrackedSince(worktree, interruptedRecord));
  const untrackedBefore = await untrackedPaths(worktree);
  writeAtomic(recordPath, JSON.stringify(untrackedBefore));
  try {
    return await run();
  } finally {
    for (const path of await untrackedSince(worktree, untrackedBefore))
      rmSync(join(worktree, path), { force: true });
    rmSync(recordPath, { force: true });
  }
}

/** Files that git neither knows nor ignores, relative to the top of the worktree. */
export async function untrackedPaths(worktree: string): Promise<string[]> {
  const output = await askGit(worktree, ['ls-files', '--others', '--exclude-standard', '-z']);
  return output.split('\0').filter((path) => path !== '');
}

async function untrackedSince(worktree: string, before: readonly string[]): Promise<string[]> {
  const pathsBefore = new Set(before);
  return (await untrackedPaths(worktree)).filter((path) => !pathsBefore.has(path));
}

/** Untracked paths before an interrupted test run. */
function readUntrackedRecord(path: string): string[] | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : undefined;
}

// Move instead of remove: a human may have added a file meanwhile.
function moveLeftovers(worktree: string, paths: readonly string[]): void {
  const leftoversDir = join(dirname(dirname(worktree)), 'attempts', 'leftovers', basename(worktree));
  for (const path of paths) {
    const target = join(leftoversDir, path);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(worktree, path), target);
  }
}

/** Checks the lock assertions in a worktree: those that affect `module`, or all. The locks are those of the view's contract. */
export async function checkLockAssertions(
  { dir, env, settings, signal }: Engine,
  view: BuildView,
  worktree: string,
  module?: string,
): Promise<LockFault[]> {
  const locks = unwrap(readLocks(contractOf(view)));
  const bindingLocks = module === undefined ? locks : locksOf(locks, module);
  const commandOptions = { timeoutMs: settings.testTimeout * 1000, env, signal, logs: join(dir, 'qc') };
  return unwrap(await checkAssertions(worktree, bindingLocks, { commands: commandOptions }));
}
