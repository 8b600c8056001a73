import { endWithCaller } from '../process/group.ts';
import { SAFE_CONFIG } from './environment.ts';
import type { GitAnswer, GitRead } from './reader.ts';

/** A GitReader that runs git through simple-git, which is loaded at the first call. */
export async function readWithSimpleGit(read: GitRead): Promise<GitAnswer | undefined> {
  const { simpleGit } = await import('simple-git');
  let exitCode: number | undefined;
  let stderr = '';
  const abort = new AbortController();
  const release = endWithCaller(() => abort.abort());
  const options = {
    baseDir: read.directory,
    abort: abort.signal,
    config: [...SAFE_CONFIG],
    // Neither stream restarts the timeout, so that it bounds the whole call.
    timeout: { block: read.timeoutMs, stdOut: false, stdErr: false },
    allowEnvironment: Object.keys(read.env),
    unsafe: {
      allowUnsafeAskPass: true,
      allowUnsafeEditor: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafeSshCommand: true,
    },
    // The exit code is an answer here; simple-git would throw, or ignore it if git printed no error.
    errors: (error: Error | Buffer | undefined, result: { exitCode: number; stdErr: Buffer[] }) => {
      ({ exitCode } = result);
      stderr = Buffer.concat(result.stdErr).toString('utf8');
      return error instanceof Error ? error : undefined;
    },
  };
  try {
    const stdout = await simpleGit(options)
      .env(read.env)
      .raw([...read.args]);
    return exitCode === undefined || exitCode < 0 ? undefined : { code: exitCode, stdout, stderr };
  } catch {
    // The caller repeats the read in a process group, and reports what stops it there.
    return undefined;
  } finally {
    release();
  }
}
