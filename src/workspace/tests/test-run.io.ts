import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainLines } from '../../findings/plain-text.ts';
import { countTests } from '../../source/test-count.ts';
import { parseCommand } from '../../system/command-line.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { readPortVariables } from '../../system/git/worktree-variables.io.ts';
import { loadExecaLauncher } from '../../system/process/execa.io.ts';
import { type GroupResult, type RunningGroup, startInGroup } from '../../system/process/group.ts';
import { type Guard, startGuard } from '../../system/process/guard.ts';
import { guardScript } from '../../system/process/guard-script.ts';
import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Confine, Launcher } from '../../system/process/launch.ts';
import { addMark, MARK_VARIABLE } from '../../system/process/survivors.ts';
import { randomHex } from '../../system/random-hex.ts';
import { accept, catchExpectedError, type Result, unwrap } from '../../system/result.ts';
import { describeTests, extractTail, formatTestLog, type TestRun, testsPassed } from './test-result.ts';

export interface TestOptions {
  timeoutMs: number;
  /** The environment for the command, before variables that tests must not inherit are removed. */
  env: Readonly<Record<string, string | undefined>>;
  /** Puts the command into the sandbox of the run whose code it is. */
  confine: Confine;
  /** Absolute path of the log file to write. */
  outputPath: string;
  /** Milliseconds from SIGTERM to SIGKILL. Default 5,000. */
  graceMs?: number;
  /** Ends the command if this process dies. If the caller passes none, one is started. */
  guard?: Guard;
  /** Mark for all processes of the command, so that a later driver of the run finds processes that outlive this process and its guard. */
  mark?: string;
  /** Ends the command when the caller is interrupted. */
  signal?: AbortSignal;
}

const GRACE_MS = 5_000;
/** Bytes kept of the output; of a longer output, the beginning and the end. */
const STDOUT_BYTES = 1024 * 1024;
const STDERR_BYTES = 256 * 1024;

/**
 * Runs a test command without a shell, in a process group that is ended as a whole, in a scrubbed environment, and writes its log.
 * A failing command is a success value. Fails if the command needs a shell, or if the log cannot be written.
 */
export async function runTests(
  command: string | readonly string[],
  cwd: string,
  options: TestOptions,
): Promise<Result<TestRun>> {
  const parsed = typeof command === 'string' ? parseCommand(command, 'test_command') : accept([...command]);
  if (!parsed.ok) return parsed;
  const argv = parsed.value;
  return catchExpectedError(async () => {
    createFolder(dirname(options.outputPath));
    const result = await runGuarded(argv, cwd, options);
    const run = summarizeRun(argv, result);
    writeAtomic(options.outputPath, formatTestLog({ ...run, cwd }, result));
    return { ...run, tail: extractTail(result), outputPath: options.outputPath };
  });
}

/**
 * Like `runTests`, but runs a failing command once more before it counts; `failedBefore` then has the first run, whose log is kept beside
 * the second one. A command that was not started, was stopped or used up its time is not repeated.
 */
export async function runTestsRepeatedly(
  command: string | readonly string[],
  cwd: string,
  options: TestOptions,
): Promise<Result<TestRun>> {
  const first = await runTests(command, cwd, options);
  if (!first.ok || !isWorthRepeating(first.value)) return first;
  const outputPath = options.outputPath.replace(/(\.log)?$/, '.first.log');
  const failedBefore = { end: describeTests(first.value), outputPath };
  return catchExpectedError(async () => {
    moveLog(options.outputPath, outputPath);
    const second = unwrap(await runTests(command, cwd, options));
    return { ...second, failedBefore };
  });
}

function isWorthRepeating(run: TestRun): boolean {
  return !testsPassed(run) && !run.stopped && !run.timedOut && run.startError === undefined;
}

function moveLog(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw describeFileError(error, to, 'keep the log of the first test run');
  }
}

function createFolder(path: string): void {
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
    return await stopOnAbort(startTestGroup(argv, cwd, { ...options, guard, launcher }), options.signal);
  } finally {
    if (guard !== options.guard) await guard.close();
  }
}

function startTestGroup(
  [file = '', ...args]: readonly string[],
  cwd: string,
  { guard, launcher, ...options }: TestOptions & { guard: Guard; launcher: Launcher },
): RunningGroup {
  const testEnvironment = { ...buildTestEnvironment(options.env), ...readPortVariables(cwd) };
  const env = options.mark === undefined ? testEnvironment : addMark(testEnvironment, options.mark);
  const spec = {
    ...options.confine({ file, args, cwd, env }),
    stdin: '',
    timeoutMs: options.timeoutMs,
    graceMs: options.graceMs ?? GRACE_MS,
    stdoutLimit: STDOUT_BYTES,
    stderrLimit: STDERR_BYTES,
    // The mark finds a server that a test starts in another session, but no other command that runs at the same time.
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

// GIT_DIR would make the tests work in another repository. With the variables of sao and the client, a test that starts an agent
// would itself be treated as one. NODE_TEST_CONTEXT makes `node --test` skip everything and exit with 0.
const WITHHELD_VARIABLES = /^(?:GIT_|SAO_|CLAUDE|NODE_TEST_CONTEXT$)/;

/** The environment without the withheld variables. The mark of an outer run stays, so that this run finds surviving processes. */
function buildTestEnvironment(env: TestOptions['env']): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => name === MARK_VARIABLE || !WITHHELD_VARIABLES.test(name),
  );
  return { CI: '1', NO_COLOR: '1', ...Object.fromEntries(kept) };
}

function summarizeRun(command: readonly string[], result: GroupResult) {
  const { exitCode: code, signal, timedOut, stopped, durationMs, startError } = result;
  const why = startError === undefined ? {} : { startError: startError.message };
  const count = countTests(plainLines(`${result.stdout}\n${result.stderr}`));
  const counted = count === undefined ? {} : { count };
  return { command, code, signal, timedOut, stopped, durationMs, ...why, ...counted };
}
