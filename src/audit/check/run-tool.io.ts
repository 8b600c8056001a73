import type { ToolOutcome } from './tool-outcome.ts';

const LIMIT_MS = 90_000;

/** Runs a program with a list of arguments, without a shell, an input or a colour. */
export async function runTool(
  program: string,
  args: readonly string[],
  directory: string,
): Promise<ToolOutcome> {
  const { execa } = await import('execa');
  const result = await execa(program, [...args], {
    cwd: directory,
    stdin: 'ignore',
    reject: false,
    timeout: LIMIT_MS,
    maxBuffer: 64 * 1024 * 1024,
    env: { NO_COLOR: '1', CI: '1' },
  });
  if (result.timedOut) return { kind: 'timeout', seconds: LIMIT_MS / 1000 };
  if (result.code === 'ENOENT' || result.exitCode === undefined) return { kind: 'missing' };
  return { kind: 'ended', code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
