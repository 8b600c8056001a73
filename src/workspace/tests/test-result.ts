import { plainLines, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import type { TestCount } from '../../source/test-count.ts';
import { quoteCommand } from '../../system/command-line.ts';

/** The result of one run of a test command. */
export interface TestRun {
  command: readonly string[];
  /** Null if the command was ended by a signal or not started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  /** True if the command was ended because the caller was interrupted, so the result does not judge the code. */
  stopped: boolean;
  durationMs: number;
  /** Reason the command was not started, for the report. */
  startError?: string;
  /** Number of tests, if the output states it in a known form. */
  count?: TestCount;
  /** The end of the output, as plain text without secrets. */
  tail: string;
  /** File with the whole output; of a very long one, the middle is left out. */
  outputPath: string;
  /** The failure of a first run, if this is the second run of a command that failed before. */
  failedBefore?: FailedRun;
}

/** A run of a test command that failed and was repeated. */
export interface FailedRun {
  /** As `describeTests` words it. */
  end: string;
  outputPath: string;
}

/** The input of `testsPassed` and `describeTests`. */
export type TestEnd = Pick<TestRun, 'code' | 'signal' | 'timedOut' | 'durationMs' | 'startError'>;

/** The end of a test command that may have been repeated; both outputs are kept. */
export type RepeatedTestEnd = TestEnd & Partial<Pick<TestRun, 'failedBefore' | 'outputPath'>>;

/** Whether the command ended in time with exit code 0. */
export function testsPassed({ code, timedOut, startError }: TestEnd): boolean {
  return code === 0 && !timedOut && startError === undefined;
}

/** Describes flaky tests for a report; undefined if the tests are not flaky. */
export function describeFlakyTests(tests: RepeatedTestEnd): string | undefined {
  const { failedBefore, outputPath } = tests;
  if (failedBefore === undefined || !testsPassed(tests)) return undefined;
  return `the test command failed and then passed without a change: ${failedBefore.end} (${failedBefore.outputPath}), then ${describeTests(tests)} (${outputPath})`;
}

/** Describes the end of a test command for a report, e.g. `exit code 1 after 3.2 s`. */
export function describeTests({ code, signal, timedOut, durationMs, startError }: TestEnd): string {
  if (startError !== undefined) return `it could not be started: ${plainText(startError, 300)}`;
  const after = `after ${(durationMs / 1000).toFixed(1)} s`;
  if (timedOut) return `it did not end in time and was stopped ${after}`;
  return code === null ? `it was killed by ${signal ?? 'a signal'} ${after}` : `exit code ${code} ${after}`;
}

/** The kept output of a program. */
interface Printed {
  stdout: string;
  stderr: string;
}

/** Formats the log of a test command: the command, its end and its output, as plain text without secrets. */
export function formatTestLog(
  run: TestEnd & { command: readonly string[]; cwd: string },
  said: Printed,
): string {
  const parts = [
    `$ ${redact(plainText(quoteCommand(run.command)))}`,
    `# in ${plainText(run.cwd)}`,
    `# ${describeTests(run)}`,
    ...(said.stdout === '' ? [] : ['', '--- stdout', cleanOutput(said.stdout)]),
    ...(said.stderr === '' ? [] : ['', '--- stderr', cleanOutput(said.stderr)]),
  ];
  return `${parts.join('\n')}\n`;
}

const TAIL_LINES = 40;
const TAIL_CHARACTERS = 4_000;

/** The last lines of each stream with output, because test programs report failures on either. */
export function extractTail({ stdout, stderr }: Printed): string {
  const streams = [stdout, stderr].map(cleanOutput).filter((text) => text.trim() !== '');
  return streams.map((text) => truncateLines(text, streams.length)).join('\n--- stderr\n');
}

function truncateLines(text: string, share: number): string {
  const lines = text
    .split('\n')
    .slice(-Math.floor(TAIL_LINES / share))
    .join('\n');
  const most = Math.floor(TAIL_CHARACTERS / share);
  return lines.length > most ? `…${lines.slice(1 - most)}` : lines;
}

// Redact before cutting: half a secret matches no pattern.
function cleanOutput(text: string): string {
  return redact(plainLines(text)).replace(/\n+$/, '');
}
