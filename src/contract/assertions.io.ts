import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { readTree } from '../source/tree.io.ts';
import { accept, type Result } from '../system/result.ts';
import { describeTests, testsPassed } from '../workspace/tests/test-log.ts';
import { runTests, type TestOptions } from '../workspace/tests/test-run.io.ts';
import {
  type AssertionFinding,
  describeAssertion,
  judgePattern,
  matchingLines,
  type PatternCheck,
} from './assertions.ts';
import { globTest } from './glob.ts';
import type { Lock } from './locks.schema.ts';

export interface AssertionOptions {
  /** How commands are run, and where in this folder each one's output goes; without it only patterns are looked at. */
  commands?: Omit<TestOptions, 'outputPath'> & { logs: string };
  /** What one pattern may take over all of its files. Default 5,000. */
  patternMs?: number;
}

/** A pattern is looked for in files of at most 1 MiB. */
const PATTERN_MS = 5_000;

/**
 * Tests the assertions of locks that say how, in a tree: an empty list where all hold. Patterns are looked for in the files that git
 * tracks or does not ignore; a pattern that takes too long is stopped and told, as is a command. Rejected is a tree that cannot be read.
 */
export async function checkAssertions(
  tree: string,
  locks: readonly Lock[],
  options: AssertionOptions = {},
): Promise<Result<AssertionFinding[]>> {
  const files = locks.some(({ check }) => check && 'pattern' in check) ? await readTree(tree) : undefined;
  if (files && !files.ok) return files;
  const findings: AssertionFinding[] = [];
  for (const lock of locks) {
    const { check } = lock;
    if (check && 'pattern' in check)
      findings.push(...lookFor(lock, check, files?.value.files ?? [], options.patternMs ?? PATTERN_MS));
    else if (check && options.commands) {
      const found = await runCheck(lock, check.command, tree, options.commands);
      if (!found.ok) return found;
      findings.push(...found.value);
    }
  }
  return accept(findings);
}

function lookFor(
  lock: Lock,
  check: PatternCheck,
  files: readonly { path: string; text(): string | undefined }[],
  limitMs: number,
): AssertionFinding[] {
  const tests = check.paths.map((glob) => globTest(glob));
  const search = timedSearch(check.pattern, limitMs);
  const matches: { path: string; lines: number[] }[] = [];
  for (const { path, text } of files.filter((file) => tests.some((matchesPath) => matchesPath(file.path)))) {
    const lines = search(text() ?? '');
    if (lines === undefined) {
      const detail = `the pattern ${JSON.stringify(check.pattern)} was stopped after ${limitMs / 1000} s: it goes back and forth; write it without nested repetition`;
      return [describeAssertion(lock, detail, { path, untested: true })];
    }
    if (lines.length > 0) matches.push({ path, lines });
    if (lines.length > 0 && check.must === 'occur') break;
  }
  return judgePattern(lock, check, matches);
}

/** Looks through one text after the other until the time for all of them is over; then undefined. */
function timedSearch(pattern: string, limitMs: number): (text: string) => number[] | undefined {
  let current = '';
  // Nothing but the time limit of a context stops a regular expression that backtracks.
  const context = createContext({ search: () => matchingLines(current, pattern) });
  const script = new Script('search()');
  const until = performance.now() + limitMs;
  return (text) => {
    current = text;
    const timeout = Math.ceil(until - performance.now());
    try {
      return timeout < 1 ? undefined : (script.runInContext(context, { timeout }) as number[]);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
      throw error;
    }
  };
}

async function runCheck(
  lock: Lock,
  command: string,
  tree: string,
  { logs, ...options }: NonNullable<AssertionOptions['commands']>,
): Promise<Result<AssertionFinding[]>> {
  const outputPath = join(logs, `lock-${lock.kind}-${lock.name.replace(/[^\w-]+/g, '_').slice(0, 80)}.log`);
  const run = await runTests(command, tree, { ...options, outputPath });
  if (!run.ok) return run;
  if (testsPassed(run.value)) return accept([]);
  const { startError, timedOut, stopped } = run.value;
  const untested = startError !== undefined || timedOut || stopped;
  const detail = `the command ${JSON.stringify(command)}: ${describeTests(run.value)}; its output is in ${outputPath}`;
  return accept([describeAssertion(lock, detail, { untested })]);
}
