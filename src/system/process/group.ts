import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { Ending, endLeftovers } from './ending.ts';
import { identifyProcess, type ProcessIdentity } from './identity.ts';
import { type Command, describeStartError, launch, type StartError } from './launch.ts';
import { captureOutput, type Output } from './output.ts';
import { addMark } from './survivors.ts';
import { watchProgress } from './watchdog.ts';

export interface GroupSpec extends Command {
  stdin: string | Buffer;
  /** From start to SIGTERM. */
  timeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
  /** Bytes kept of what it prints: the first half from the head, the other from the tail. */
  stdoutLimit: number;
  stderrLimit: number;
  /** Ends it like a timeout when it prints nothing, and the watched file does not change, for this long. */
  idleMs?: number;
  watchPath?: string;
  /** Inherited by all descendants, so that also those that left the group are ended with it (Linux). No spaces. */
  mark?: string;
  /** Called before anything else can happen to it, to register it. */
  onStart?(identity: ProcessIdentity): void;
  onStdout?(chunk: Buffer): void;
}

export interface GroupResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** By `timeoutMs`, or because it stalled. */
  timedOut: boolean;
  stalled: boolean;
  /** By `stop`. */
  stopped: boolean;
  stdout: string;
  stderr: string;
  durationMs: number;
  /** It never ran. */
  startError?: StartError;
}

export interface RunningGroup {
  /** Absent if it could not be started. */
  identity: ProcessIdentity | undefined;
  /** Never rejects for what the program does; when it resolves, nothing of the group is left. */
  done: Promise<GroupResult>;
  /** Signals the whole group; SIGKILL follows after `graceMs`. */
  stop(signal?: NodeJS.Signals): void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Starts a program as a process group and sees to it that the whole group ends. */
export function startInGroup(spec: GroupSpec): RunningGroup {
  const startedAt = performance.now();
  const child = launch(spec.mark === undefined ? spec : { ...spec, env: addMark(spec.env, spec.mark) });
  if ('code' in child) return failToStart(Promise.resolve(child), startedAt);
  if (child.pid !== undefined) return supervise(child, child.pid, spec, startedAt);
  const reason = once(child, 'error').then(([error]) => describeStartError(error, spec));
  return failToStart(reason, startedAt);
}

function failToStart(reason: Promise<StartError>, startedAt: number): RunningGroup {
  const done = reason.then((startError) => ({
    exitCode: null,
    signal: null,
    timedOut: false,
    stalled: false,
    stopped: false,
    stdout: '',
    stderr: '',
    durationMs: performance.now() - startedAt,
    startError,
  }));
  return { identity: undefined, done, stop: () => {} };
}

function supervise(
  child: ChildProcessWithoutNullStreams,
  pid: number,
  spec: GroupSpec,
  startedAt: number,
): RunningGroup {
  const identity = identifyProcess(pid);
  if (identity) spec.onStart?.(identity);
  const ending = new Ending(pid, spec.graceMs);
  const exit = Promise.race([once(child, 'exit'), ending.givenUp]);
  const output = captureOutput(child, spec);
  const stopTimers = startTimers(spec, output, ending);
  feed(child, spec.stdin);
  const done = exit.then(async ([exitCode, signal]): Promise<GroupResult> => {
    stopTimers();
    const { reason } = ending;
    await endLeftovers(pid, spec.mark, ending.close(), performance.now() - startedAt);
    await output.drain();
    return {
      exitCode,
      signal,
      timedOut: reason === 'timeout' || reason === 'stalled',
      stalled: reason === 'stalled',
      stopped: reason === 'stopped',
      stdout: output.stdout.text(),
      stderr: output.stderr.text(),
      durationMs: performance.now() - startedAt,
    };
  });
  return { identity, done, stop: (signal = 'SIGTERM') => ending.begin('stopped', signal) };
}

function startTimers(spec: GroupSpec, output: Output, ending: Ending): () => void {
  const timeout = setTimeout(() => ending.begin('timeout'), Math.min(spec.timeoutMs, MAX_TIMER_MS));
  const watchdog =
    spec.idleMs === undefined
      ? undefined
      : watchProgress(spec.idleMs, output.count, () => ending.begin('stalled'), spec.watchPath);
  return () => {
    clearTimeout(timeout);
    watchdog?.stop();
  };
}

function feed(child: ChildProcessWithoutNullStreams, stdin: string | Buffer): void {
  // A program may end, or close its stdin, without reading all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
}
