import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';

export interface StartError {
  /** The system's error code: `ENOENT`, `EACCES`, `E2BIG` … */
  code: string;
  message: string;
}

export interface LaunchCommand {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited from this process. */
  env: NodeJS.ProcessEnv;
  /** All that it starts ends with a member of its group, the first process of a process table of its own: nothing else is searched for. */
  isClosed?: boolean;
}

/** Puts a program into a sandbox: returns the command that starts it there. */
export type Confine = (command: LaunchCommand) => LaunchCommand;

/** Starts a program without a shell, as the leader of its own process group. Resolves to the reason if it cannot be started. */
export type Launcher = (command: LaunchCommand) => ChildProcessWithoutNullStreams | Promise<StartError>;

/** The launcher that loads no package. */
export const launch: Launcher = (command) => {
  const { file, args, cwd, env } = command;
  try {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    if (child.pid !== undefined) return child;
    return once(child, 'error').then(([error]) => describeStartError(error, command));
  } catch (error) {
    return Promise.resolve(describeStartError(error, command));
  }
};

/** Describes why the system refused to start a program. Rethrows an error without a code: it is a bug. */
export function describeStartError(error: unknown, { file, cwd }: LaunchCommand): StartError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== 'string') throw error;
  // If the directory is missing, the system reports the program as missing.
  if (code !== 'E2BIG' && !isDirectory(cwd))
    return { code, message: `${file} could not be started: its working directory ${cwd} is not a directory` };
  if (code === 'EACCES' && !isSearchable(cwd))
    return {
      code,
      message: `${file} could not be started: permission denied for its working directory ${cwd}`,
    };
  return { code, message: WORDING[code]?.(file) ?? `${file} could not be started: ${message}` };
}

const WORDING: Record<string, (file: string) => string> = {
  ENOENT: (file) => `${file} was not found; install it, or check PATH`,
  EACCES: (file) => `${file} is not executable; check its mode (\`ls -l\`)`,
  E2BIG: (file) => `the arguments and environment for ${file} are too long; pass the text on stdin`,
};

function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    // A folder above it cannot be searched.
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function isSearchable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
