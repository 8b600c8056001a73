import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { endLeftoverProcesses, GroupEnding } from './ending.ts';
import { identifyProcess, type ProcessIdentity } from './identity.ts';
import { type LaunchCommand, type Launcher, launch, type StartError } from './launch.ts';
import { type CapturedOutput, captureOutput } from './output.ts';
import { addMark } from './survivors.ts';
import { watchProgress } from './watchdog.ts';

export interface GroupSpec extends LaunchCommand {
  stdin: string | Buffer | Readable;
  /** Milliseconds from start to SIGTERM. */
  timeoutMs: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  graceMs: number;
  /** Bytes kept of each stream: half from its beginning, half from its end. */
  stdoutLimit: number;
  stderrLimit: number;
  /** Milliseconds without output and without a change of the watched file after which the group is ended as stalled. */
  idleMs?: number;
  watchPath?: string;
  /** Added to the environment, so that descendants that left the group are found and ended too (Linux). No spaces. */
  mark?: string;
  /** Called right after the start, to register the process. */
  onStart?(identity: ProcessIdentity): void;
  onStdout?(chunk: Buffer): void;
}

export interface GroupResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** True if the group was ended by `timeoutMs`, or because it stalled. */
  timedOut: boolean;
  stalled: boolean;
  /** True if the group was ended by `stop`. */
  stopped: boolean;
  stdout: string;
  stderr: string;
  durationMs: number;
  /** Reason the program was not started. */
  startError?: StartError;
}

export interface RunningGroup {
  /** Undefined if the program was not started. */
  identity: ProcessIdentity | undefined;
  /** Resolves when no process of the group is left. Does not reject if the program fails. */
  done: Promise<GroupResult>;
  /** Signals the whole group; SIGKILL follows after `graceMs`. */
  stop(signal?: NodeJS.Signals): void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** How each program of this process that has not ended is told to end. */
const running = new Set<(signal: NodeJS.Signals) => void>();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds in which programs may clean up before their interrupted caller kills them and ends. */
const CLEAN_UP_MS = 1_000;

/** Signals every running program of this process; for a group SIGKILL follows. */
export function endRunningGroups(signal: NodeJS.Signals): void {
  for (const end of [...running]) end(signal);
}

/**
 * Registers how a started program is ended: by `endRunningGroups`, and by a signal that ends this process, unless another listener handles that signal.
 * Returns a function that removes it; call it after the program's end.
 */
export function endWithCaller(end: (signal: NodeJS.Signals) => void): () => void {
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, endByDefault);
  running.add(end);
  return () => {
    running.delete(end);
    if (running.size === 0) for (const signal of SIGNALS) process.off(signal, endByDefault);
  };
}

// Without this listener the signal would end this process alone, and leave its programs to themselves.
function endByDefault(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  endRunningGroups('SIGTERM');
  const until = performance.now() + CLEAN_UP_MS;
  const timer = setInterval(() => {
    if (running.size > 0 && performance.now() < until) return;
    clearInterval(timer);
    endRunningGroups('SIGKILL');
    for (const each of SIGNALS) process.off(each, endByDefault);
    process.kill(process.pid, signal);
  }, 20);
}

/**
 * Starts a program as a process group, and ends the whole group at its timeout, when it stalls, when `stop` is called, and after
 * its leader has ended. Agents, test commands, audit tools and git run here. Three starts do not: the guard (./guard.ts), which
 * must outlive this process; git reads through simple-git (../git/reader.ts); and `spawnSync('ps')` (./proc.ts), the one
 * synchronous exception, because process identities are read in synchronous code.
 */
export function startInGroup(spec: GroupSpec, launcher: Launcher = launch): RunningGroup {
  const startedAt = performance.now();
  const { file, args, cwd, mark } = spec;
  const env = mark === undefined ? spec.env : addMark(spec.env, mark);
  const child = launcher({ file, args, cwd, env });
  if ('pid' in child && child.pid !== undefined) return supervise(child, child.pid, spec, startedAt);
  return reportStartError(child as Promise<StartError>, startedAt);
}

function reportStartError(reason: Promise<StartError>, startedAt: number): RunningGroup {
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
  const ending = new GroupEnding(pid, spec.graceMs);
  const release = endWithCaller((signal) => ending.begin('stopped', signal));
  const exit = Promise.race([once(child, 'exit'), ending.givenUp]);
  const output = captureOutput(child, spec);
  const stopTimers = startTimers(spec, output, ending);
  writeStdin(child, spec.stdin);
  const done = exit.then(async ([exitCode, signal]): Promise<GroupResult> => {
    stopTimers();
    const { reason } = ending;
    release();
    const mark = spec.isClosed ? undefined : spec.mark;
    await endLeftoverProcesses(pid, mark, ending.close(), performance.now() - startedAt);
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

function startTimers(spec: GroupSpec, output: CapturedOutput, ending: GroupEnding): () => void {
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

function writeStdin(child: ChildProcessWithoutNullStreams, stdin: GroupSpec['stdin']): void {
  // A program may end or close its stdin before it has read all of it.
  child.stdin.on('error', () => {});
  if (stdin === '') child.stdin.end();
  else if (typeof stdin === 'string' || Buffer.isBuffer(stdin)) child.stdin.end(stdin);
  else stdin.pipe(child.stdin);
}
