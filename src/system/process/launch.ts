import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { statSync } from 'node:fs';

export interface StartError {
  /** The system's: `ENOENT`, `EACCES`, `E2BIG` … */
  code: string;
  message: string;
}

export interface Command {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment; nothing is added from ours. */
  env: NodeJS.ProcessEnv;
}

/** Starts a program without a shell, as the leader of a process group of its own. */
export function launch(command: Command): ChildProcessWithoutNullStreams | StartError {
  const { file, args, cwd, env } = command;
  try {
    return spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    return describeStartError(error, command);
  }
}

/** A program that cannot be started is an expected answer; anything without a code is a bug and is thrown. */
export function describeStartError(error: unknown, { file, cwd }: Command): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== 'string') throw error;
  // The system blames the program when it is the directory that is missing.
  if (code !== 'E2BIG' && !isDirectory(cwd))
    return { code, message: `${cwd} is not a directory to start ${file} in` };
  return { code, message: WORDING[code]?.(file) ?? `${file} could not be started: ${message}` };
}

const WORDING: Record<string, (file: string) => string> = {
  ENOENT: (file) => `${file} was not found; install it, or check PATH`,
  EACCES: (file) => `${file} may not be executed; check its mode (\`ls -l\`)`,
  E2BIG: (file) => `the arguments and environment for ${file} are too long; pass the text on stdin`,
};

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
