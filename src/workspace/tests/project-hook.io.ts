import { accessSync, constants, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import type { TestRun } from './test-result.ts';
import { runTests, type TestOptions } from './test-run.io.ts';

/** Absolute path of the project's pre-commit hook in a worktree; undefined if git would run none. */
export async function findPreCommitHook(worktree: string): Promise<string | undefined> {
  const path = resolve(worktree, await readHooksFolder(worktree), 'pre-commit');
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

// Each file is read by itself: the engine's own git commands turn hooks off.
async function readHooksFolder(worktree: string): Promise<string> {
  for (const scope of ['--worktree', '--local', '--global', '--system']) {
    const { code, stdout } = await callGit(worktree, [
      'config',
      scope,
      '--type=path',
      '--get',
      'core.hooksPath',
    ]);
    if (code === 0) return stdout.trim();
  }
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  return `${(await askGit(worktree, args)).trimEnd()}/hooks`;
}

/**
 * Runs the project's pre-commit hook on all uncommitted changes of a worktree, as a commit would, and returns its end; undefined if
 * there is no hook. Commits nothing and leaves the index of the worktree as it is.
 */
export async function runPreCommitHook(worktree: string, options: TestOptions): Promise<TestRun | undefined> {
  const hook = await findPreCommitHook(worktree);
  if (hook === undefined) return undefined;
  const index = `${options.outputPath}.index`;
  const env = { GIT_INDEX_FILE: index };
  try {
    await askGit(worktree, ['read-tree', 'HEAD'], { env });
    await askGit(worktree, ['add', '--all'], { env });
    return unwrap(await runTests(['env', `GIT_INDEX_FILE=${index}`, hook], worktree, options));
  } finally {
    for (const path of [index, `${index}.lock`]) rmSync(path, { force: true });
  }
}
