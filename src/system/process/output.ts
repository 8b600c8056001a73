import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Capture } from './capture.ts';

/** When all that we could find is dead, open pipes are held by somebody that we cannot find. */
const DRAIN_MS = 250;
const MAX_DRAIN_MS = 2_000;

export interface Output {
  stdout: Capture;
  stderr: Capture;
  /** Bytes so far, of both. */
  count(): number;
  /** After the exit: waits for what is still in the pipes, and closes them. */
  drain(): Promise<void>;
}

export function captureOutput(
  child: ChildProcessWithoutNullStreams,
  limits: { stdoutLimit: number; stderrLimit: number; onStdout?(chunk: Buffer): void },
): Output {
  const stdout = new Capture(limits.stdoutLimit);
  const stderr = new Capture(limits.stderrLimit);
  const closed = new Promise<boolean>((resolve) => child.once('close', () => resolve(true)));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    limits.onStdout?.(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const count = () => stdout.bytes + stderr.bytes;
  return { stdout, stderr, count, drain: () => drain(child, closed, count) };
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

/** A busy event loop can be late with the timer and not have read yet: goes on for as long as each turn brings something. */
async function readToQuiet(count: () => number): Promise<void> {
  const end = performance.now() + MAX_DRAIN_MS;
  for (let seen = -1; seen !== count() && performance.now() < end; ) {
    seen = count();
    await turn();
    await turn();
  }
}
