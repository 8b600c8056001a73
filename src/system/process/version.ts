import { loadExecaLauncher } from './execa.io.ts';
import { startInGroup } from './group.ts';
import { pathOfEngine } from './program-folders.ts';

const TIMEOUT_MS = 10_000;

/** Reads the version (`1.2.3`) from a program's output, or the reason why it cannot be read. */
export async function readVersion(
  file: string,
  args: readonly string[],
  place: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ version: string } | { reason: string }> {
  const limits = { timeoutMs: TIMEOUT_MS, graceMs: 1_000, stdoutLimit: 4096, stderrLimit: 4096 };
  const env = { ...place.env, PATH: pathOfEngine(place.env.PATH) };
  const spec = { file, args, cwd: place.cwd, env, ...limits, stdin: '' };
  const { startError, timedOut, exitCode, stdout } = await startInGroup(spec, await loadExecaLauncher()).done;
  if (startError) return { reason: startError.message };
  if (timedOut) return { reason: `${file} did not answer within ${TIMEOUT_MS / 1000} s` };
  const version = /\d+\.\d+(?:\.\d+)?[\w.+-]*/.exec(stdout)?.[0];
  if (exitCode !== 0 || version === undefined)
    return { reason: `${file} ${args.join(' ')} exited with ${exitCode}` };
  return { version };
}
