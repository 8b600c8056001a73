import type { SimpleGit } from 'simple-git';
import { accept, fault, type Result } from '../result.ts';
import { keptEnvironment, SAFE_CONFIG } from './environment.ts';

const SILENCE_LIMIT_MS = 60_000;

const repositories = new Map<string, Promise<SimpleGit>>();

async function openRepository(directory: string): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git');
  return simpleGit({
    baseDir: directory,
    config: SAFE_CONFIG,
    maxConcurrentProcesses: 1,
    timeout: { block: SILENCE_LIMIT_MS },
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true },
    allowEnvironment: ['GIT_TERMINAL_PROMPT', 'GIT_OPTIONAL_LOCKS'],
    // Without this an exit code other than 0 with an empty stderr counts as success.
    errors: (error, result) => error ?? (result.exitCode === 0 ? undefined : Buffer.concat(result.stdErr)),
  }).env(keptEnvironment());
}

/** Runs one git command in `directory` and returns its stdout; calls on one directory wait for each other. */
export async function runGit(directory: string, args: readonly string[]): Promise<Result<string>> {
  const opened = repositories.get(directory) ?? openRepository(directory);
  repositories.set(directory, opened);
  try {
    return accept(await (await opened).raw([...args]));
  } catch (error) {
    const said = error instanceof Error ? error.message.trim() : String(error);
    return fault({
      code: 'git-failed',
      message: `git ${args[0] ?? ''} failed in ${directory}: ${said || 'no message'}`,
      target: directory,
      fix: `git -C ${JSON.stringify(directory)} ${args.join(' ')}`,
    });
  }
}
