import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommand } from '../../system/command-line.ts';
import { describeTests, testsPassed } from '../../workspace/tests/test-result.ts';
import { runTests } from '../../workspace/tests/test-run.io.ts';

const TIMEOUT_MS = 600_000;

/** Runs a project's check in its checkout. Returns why it does not hold; undefined if its command succeeded. */
export async function runWrapUpCheck(
  command: string,
  project: string,
  { env }: { env: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  const argv = parseCommand(command, 'wrapUp');
  if (!argv.ok) return argv.diagnostics[0]?.message ?? '';
  const logs = mkdtempSync(join(tmpdir(), 'sao-wrap-up-'));
  try {
    const outputPath = join(logs, 'check.log');
    const options = { timeoutMs: TIMEOUT_MS, env, outputPath, confine: <T>(same: T): T => same };
    const run = await runTests(argv.value, project, options);
    if (!run.ok) return run.diagnostics[0]?.message ?? 'it could not be started';
    return testsPassed(run.value) ? undefined : `${describeTests(run.value)}: ${run.value.tail}`;
  } finally {
    rmSync(logs, { recursive: true, force: true });
  }
}
