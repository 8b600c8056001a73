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
  /** How to run commands, and the folder for their output. If absent, only patterns are tested. */
  commands?: Omit<TestOptions, 'outputPath'> & { logs: string };
  /** Timeout of one pattern over all its files, in milliseconds. Default: 5,000. */
  patternMs?: number;
}

/** Maximum size of a searched file: 1 MiB. */
const PATTERN_MS = 5_000;

/**
 * Tests the assertions of locks with a check, in a tree. Returns the broken ones. Patterns are searched in tracked files and in new
 * files that git does not ignore. A pattern or command that exceeds its timeout is stopped and reported. Fails if the tree cannot be read.
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

/** Searches one text after the other; undefined if the timeout for all of them has passed. */
function timedSearch(pattern: string, limitMs: number): (text: string) => number[] | undefined {
  let current = '';
  // Only the timeout of a context can stop a regular expression that backtracks.
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
