import { plainLines, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { quoteCommand } from '../../run/plan/approve.ts';

/** How a run of a test command ended. */
export interface TestRun {
  command: readonly string[];
  /** Null where it was ended by a signal or never started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  /** Ended because the caller was interrupted: it says nothing about the code. */
  stopped: boolean;
  durationMs: number;
  /** Why it never ran. */
  startError?: string;
  /** The end of what it printed, plain and without secrets. */
  tail: string;
  /** Where all of it is, but for the middle of very much. */
  outputPath: string;
}

/** Everything that `passed` and `describeTests` need to know. */
export type TestEnd = Pick<TestRun, 'code' | 'signal' | 'timedOut' | 'durationMs' | 'startError'>;

export function passed({ code, timedOut, startError }: TestEnd): boolean {
  return code === 0 && !timedOut && startError === undefined;
}

/** `exit code 1 after 3.2 s`, in words for a report. */
export function describeTests({ code, signal, timedOut, durationMs, startError }: TestEnd): string {
  if (startError !== undefined) return `it could not be started: ${plainText(startError, 300)}`;
  const after = `after ${(durationMs / 1000).toFixed(1)} s`;
  if (timedOut) return `it did not end in time and was stopped ${after}`;
  return code === null ? `it was killed by ${signal ?? 'a signal'} ${after}` : `exit code ${code} ${after}`;
}

/** What a program printed, as far as it was kept. */
interface Printed {
  stdout: string;
  stderr: string;
}

/** The log file of a test command: what was run, how it ended, what it printed. Plain, and without secrets. */
export function writeTestLog(
  run: TestEnd & { command: readonly string[]; cwd: string },
  said: Printed,
): string {
  const parts = [
    `$ ${redact(plainText(quoteCommand(run.command)))}`,
    `# in ${plainText(run.cwd)}`,
    `# ${describeTests(run)}`,
    ...(said.stdout === '' ? [] : ['', '--- stdout', clean(said.stdout)]),
    ...(said.stderr === '' ? [] : ['', '--- stderr', clean(said.stderr)]),
  ];
  return `${parts.join('\n')}\n`;
}

const TAIL_LINES = 40;
const TAIL_CHARACTERS = 4_000;

/** The last lines, of both streams where both said something: test programs tell of a failure on either. */
export function tailOf({ stdout, stderr }: Printed): string {
  const streams = [stdout, stderr].map(clean).filter((text) => text.trim() !== '');
  return streams.map((text) => cut(text, streams.length)).join('\n--- stderr\n');
}

function cut(text: string, share: number): string {
  const lines = text
    .split('\n')
    .slice(-Math.floor(TAIL_LINES / share))
    .join('\n');
  const most = Math.floor(TAIL_CHARACTERS / share);
  return lines.length > most ? `…${lines.slice(1 - most)}` : lines;
}

// Secrets go before anything is cut: half of one has no pattern.
function clean(text: string): string {
  return redact(plainLines(text)).replace(/\n+$/, '');
}
