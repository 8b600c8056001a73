import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { describeStartError, type Launcher, launch } from './launch.ts';

/** Loads a launcher that starts programs through execa. Loading takes tens of milliseconds: hooks and git commands use `launch`. */
export async function loadExecaLauncher(): Promise<Launcher> {
  const { execa } = await import('execa');
  return (command) => {
    const { file, args, cwd, env } = command;
    // Execa throws an error without a code for this input, Node one with a code.
    if ([file, ...args].some((argument) => argument.includes('\0'))) return launch(command);
    const child = execa(file, args, {
      cwd,
      env,
      extendEnv: false,
      detached: true,
      // startInGroup ends the process group, and the caller collects the output.
      cleanup: false,
      buffer: false,
      encoding: 'buffer',
      reject: false,
      stdin: 'pipe',
    });
    if (child.pid === undefined) return child.then(({ cause }) => describeStartError(cause, command));
    return child as unknown as ChildProcessWithoutNullStreams;
  };
}
