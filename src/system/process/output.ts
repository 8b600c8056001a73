import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { OutputCapture } from './capture.ts';

/** Wait for the pipes after all known processes have ended; a process that was not found may still hold them. */
const DRAIN_MS = 250;
const MAX_DRAIN_MS = 2_000;

export interface CapturedOutput {
  stdout: OutputCapture;
  stderr: OutputCapture;
  /** Bytes received so far on both streams. */
  count(): number;
  /** Reads the rest of the pipes after the exit, and closes them. */
  drain(): Promise<void>;
}

/** Captures both streams of a child. Limits are bytes kept of each stream. */
export function captureOutput(
  child: ChildProcessWithoutNullStreams,
  limits: { stdoutLimit: number; stderrLimit: number; onStdout?(chunk: Buffer): void },
): CapturedOutput {
  const stdout = new OutputCapture(limits.stdoutLimit);
  const stderr = new OutputCapture(limits.stderrLimit);
  let isClosed = false;
  const closed = new Promise<boolean>((resolve) =>
    child.once('close', () => {
      isClosed = true;
      resolve(true);
    }),
  );
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    limits.onStdout?.(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const count = () => stdout.bytes + stderr.bytes;
  return { stdout, stderr, count, drain: () => (isClosed ? Promise.resolve() : drain(child, closed, count)) };
}

async function drain(
  child: ChildProcessWithoutNullStreams,
  closed: Promise<boolean>,
  count: () => number,
): Promise<void> {
  const timer = new AbortController();
  const late = sleep(DRAIN_MS, false, { signal: timer.signal }).catch(() => false);
  const isClosed = await Promise.race([closed, late]);
  timer.abort();
  if (isClosed) return;
  await readToQuiet(count);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}

/** On a busy event loop the timer can fire before the data was read, so this continues while each turn brings data. */
async function readToQuiet(count: () => number): Promise<void> {
  const end = performance.now() + MAX_DRAIN_MS;
  for (let seen = -1; seen !== count() && performance.now() < end; ) {
    seen = count();
    await turn();
    await turn();
  }
}
