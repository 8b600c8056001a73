import { loadExecaLauncher } from '../../system/process/execa.io.ts';
import { startInGroup } from '../../system/process/group.ts';
import { pathOfEngine } from '../../system/process/program-folders.ts';
import type { ToolOutcome } from './tool-outcome.ts';

const TIMEOUT_MS = 90_000;
const GRACE_MS = 2_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program in a directory without a shell, input or colours; it ends after at most 90 s. */
export async function runProgram(
  program: string,
  args: readonly string[],
  directory: string,
): Promise<ToolOutcome> {
  const spec = {
    file: program,
    args,
    cwd: directory,
    env: { ...process.env, PATH: pathOfEngine(), NO_COLOR: '1', CI: '1' },
    stdin: '',
    timeoutMs: TIMEOUT_MS,
    graceMs: GRACE_MS,
    stdoutLimit: MAX_OUTPUT_BYTES,
    stderrLimit: MAX_OUTPUT_BYTES,
  };
  const result = await startInGroup(spec, await loadExecaLauncher()).done;
  if (result.timedOut) return { kind: 'timeout', seconds: TIMEOUT_MS / 1000 };
  if (result.exitCode === null) return { kind: 'missing' };
  // The final newline is not part of a report.
  const [stdout, stderr] = [result.stdout, result.stderr].map((output) => output.replace(/\r?\n$/, ''));
  return { kind: 'ended', code: result.exitCode, stdout: stdout ?? '', stderr: stderr ?? '' };
}
