import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { type TestRun, testsPassed } from './test-result.ts';
import { runTests, type TestOptions } from './test-run.io.ts';

/** The git hooks of a project that can refuse a commit, in the order in which git runs them. */
const COMMIT_HOOKS = ['pre-commit', 'commit-msg'] as const;
export type CommitHookName = (typeof COMMIT_HOOKS)[number];

export interface CommitHook {
  name: CommitHookName;
  /** Absolute. */
  path: string;
}

/** The project's hooks that git runs at a commit in a worktree. */
export async function findCommitHooks(worktree: string): Promise<CommitHook[]> {
  const folder = await readHooksFolder(worktree);
  return COMMIT_HOOKS.map((name) => ({ name, path: resolve(worktree, folder, name) })).filter(({ path }) =>
    isExecutable(path),
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
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

export type HookRun = TestRun & { name: CommitHookName };

/**
 * Runs the project's hooks as a commit of all uncommitted changes of a worktree would, up to the first that fails, and returns the end of the last one;
 * undefined if none ran. `commit-msg` gets the message of the last commit that was tried there. Commits nothing and leaves the index as it is.
 */
export async function runCommitHooks(worktree: string, options: TestOptions): Promise<HookRun | undefined> {
  let last: HookRun | undefined;
  for (const hook of await findCommitHooks(worktree)) {
    const run =
      hook.name === 'pre-commit'
        ? await runOnChanges(hook.path, worktree, options)
        : await runOnMessage(hook.path, worktree, options);
    if (run) last = { ...run, name: hook.name };
    if (run && !testsPassed(run)) break;
  }
  return last;
}

async function runOnChanges(hook: string, worktree: string, options: TestOptions): Promise<TestRun> {
  const folder = makeScratch();
  const index = join(folder, 'index');
  const env = { GIT_INDEX_FILE: index };
  try {
    await askGit(worktree, ['read-tree', 'HEAD'], { env });
    await askGit(worktree, ['add', '--all', '--sparse'], { env });
    return unwrap(await runTests(['env', `GIT_INDEX_FILE=${index}`, hook], worktree, options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined if no commit was tried in the worktree. */
async function runOnMessage(
  hook: string,
  worktree: string,
  options: TestOptions,
): Promise<TestRun | undefined> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'COMMIT_EDITMSG'];
  const tried = (await askGit(worktree, args)).trimEnd();
  if (!existsSync(tried)) return undefined;
  const folder = makeScratch();
  const message = join(folder, 'COMMIT_EDITMSG');
  try {
    copyFileSync(tried, message);
    return unwrap(await runTests([hook, message], worktree, options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder for files that a hook may change. It is not in the run, which no hook may change. */
function makeScratch(): string {
  return mkdtempSync(join(tmpdir(), 'sao-hook-'));
}
