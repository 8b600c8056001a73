import { main } from '../../src/cli/main.ts';
import { setGitGuardian } from '../../src/system/git/guard.ts';
import type { Bench, Ended } from './sao.ts';

/**
 * Runs a command line as `sao` does, but in this process: a start of Node costs a hundred times as much as the refusal of a call. Everything
 * that the call reads and writes is real. A test also needs at least one call of each kind through `Bench.call`.
 */
export async function callInProcess(bench: Bench, ...args: string[]): Promise<Ended> {
  const { env, argv, stdout, stderr } = process;
  const cwd = process.cwd();
  const original = { stdout: stdout.write, stderr: stderr.write };
  const printed = { stdout: '', stderr: '' };
  const capture = (stream: keyof typeof printed) => (chunk: unknown) => {
    printed[stream] += String(chunk);
    return true;
  };
  process.env = { ...bench.env };
  process.argv = [process.execPath, bench.sao, ...args];
  process.chdir(bench.project);
  stdout.write = capture('stdout') as typeof stdout.write;
  stderr.write = capture('stderr') as typeof stderr.write;
  try {
    const code = await main(args, '0.0.0');
    return { code, ...printed };
  } finally {
    // The sandbox of this call's git is not that of the tests after it.
    setGitGuardian(undefined);
    stdout.write = original.stdout;
    stderr.write = original.stderr;
    process.chdir(cwd);
    process.argv = argv;
    process.env = env;
  }
}
