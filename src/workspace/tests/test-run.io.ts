import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseCommand } from '../../run/plan/command.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { loadExecaLauncher } from '../../system/process/execa.io.ts';
import { type GroupResult, type RunningGroup, startInGroup } from '../../system/process/group.ts';
import { type Guard, startGuard } from '../../system/process/guard.ts';
import { guardScript } from '../../system/process/guard-script.ts';
import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Launcher } from '../../system/process/launch.ts';
import { addMark, MARK } from '../../system/process/survivors.ts';
import { randomHex } from '../../system/random-hex.ts';
import { accept, type Result } from '../../system/result.ts';
import { expected } from '../worktree/site.io.ts';
import { type TestRun, tailOf, writeTestLog } from './test-log.ts';

export interface TestOptions {
  timeoutMs: number;
  /** What the command may know of our environment, before it is scrubbed. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where its output goes, as an absolute path. */
  outputPath: string;
  /** From SIGTERM to SIGKILL. Default 5,000. */
  graceMs?: number;
  /** Ends the command should we die; one of its own is started where the caller has none. */
  guard?: Guard;
  /** Carried by all of it, so that also what both of us leave behind is found by a later driver of the run. */
  mark?: string;
  /** Ends the command when the caller is interrupted. */
  signal?: AbortSignal;
}

const GRACE_MS = 5_000;
/** Bytes kept of what it prints; of more, the head and the tail. */
const STDOUT_BYTES = 1024 * 1024;
const STDERR_BYTES = 256 * 1024;

/**
 * The engine's own run of a test command: without a shell, in a process group that is ended as a whole, in a scrubbed environment.
 * Any end of the command is an answer; rejected is a command that only a shell understands, or a log that cannot be written.
 */
export async function runTests(
  command: string | readonly string[],
  cwd: string,
  options: TestOptions,
): Promise<Result<TestRun>> {
  const parsed = typeof command === 'string' ? parseCommand(command, 'test_command') : accept([...command]);
  if (!parsed.ok) return parsed;
  const argv = parsed.value;
  return expected(async () => {
    makeFolder(dirname(options.outputPath));
    const result = await runGuarded(argv, cwd, options);
    const run = describeRun(argv, result);
    writeAtomic(options.outputPath, writeTestLog({ ...run, cwd }, result));
    return { ...run, tail: tailOf(result), outputPath: options.outputPath };
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw describeFileError(error, path, 'make the folder for test logs');
  }
}

async function runGuarded(argv: readonly string[], cwd: string, options: TestOptions): Promise<GroupResult> {
  const launcher = await loadExecaLauncher();
  const guard = options.guard ?? startGuard({ script: guardScript() });
  try {
    return await stopOnAbort(start(argv, cwd, { ...options, guard, launcher }), options.signal);
  } finally {
    if (guard !== options.guard) await guard.close();
  }
}

function start(
  [file = '', ...args]: readonly string[],
  cwd: string,
  { guard, launcher, ...options }: TestOptions & { guard: Guard; launcher: Launcher },
): RunningGroup {
  const spec = {
    file,
    args,
    cwd,
    env: options.mark === undefined ? testEnv(options.env) : addMark(testEnv(options.env), options.mark),
    stdin: '',
    timeoutMs: options.timeoutMs,
    graceMs: options.graceMs ?? GRACE_MS,
    stdoutLimit: STDOUT_BYTES,
    stderrLimit: STDERR_BYTES,
    // A server that a test leaves in a session of its own is found by it, and no other command that runs at the same time.
    mark: `${guard.mark}/tests-${randomHex(8)}`,
    onStart: (identity: ProcessIdentity) => guard.add(identity),
  };
  const group = startInGroup(spec, launcher);
  const { identity } = group;
  if (identity) void group.done.then(() => guard.remove(identity));
  return group;
}

async function stopOnAbort(group: RunningGroup, signal: AbortSignal | undefined): Promise<GroupResult> {
  const stop = () => group.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await group.done;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

// GIT_DIR would have the tests work in another repository; ours and the client's variables would make a test of an agent take
// itself for one; NODE_TEST_CONTEXT makes `node --test` skip everything and exit with 0.
const WITHHELD = /^(?:GIT_|SAO_|CLAUDE|NODE_TEST_CONTEXT$)/;

/** Ours without what is not meant for the tests. The mark of a run around ours stays: it finds what outlives us. */
function testEnv(env: TestOptions['env']): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => name === MARK || !WITHHELD.test(name));
  return { CI: '1', NO_COLOR: '1', ...Object.fromEntries(kept) };
}

function describeRun(command: readonly string[], result: GroupResult) {
  const { exitCode: code, signal, timedOut, stopped, durationMs, startError } = result;
  const why = startError === undefined ? {} : { startError: startError.message };
  return { command, code, signal, timedOut, stopped, durationMs, ...why };
}
