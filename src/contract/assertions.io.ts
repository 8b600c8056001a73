import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { readTree } from '../source/tree.io.ts';
import { accept, type Result } from '../system/result.ts';
import { describeFlakyTests, describeTests, testsPassed } from '../workspace/tests/test-result.ts';
import { runTestsRepeatedly, type TestOptions } from '../workspace/tests/test-run.io.ts';
import { globTest } from './glob.ts';
import { compilePattern, type Lock, type LockCheck, type LockLevel } from './locks.ts';

export interface AssertionOptions {
  /** How to run commands, and the folder for their output. If absent, only patterns are tested. */
  commands?: Omit<TestOptions, 'outputPath'> & { logs: string };
  /** Timeout of one pattern over all its files, in milliseconds. Default: 5,000. */
  patternMs?: number;
}

/** Maximum size of a searched file: 1 MiB. */
const PATTERN_MS = 5_000;

/**
 * Tests the assertions of locks with a check, in a tree. Returns the broken ones, and those whose check is flaky. Patterns are searched in tracked files and in new
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
  const run = await runTestsRepeatedly(command, tree, { ...options, outputPath });
  if (!run.ok) return run;
  const shown = `the command ${JSON.stringify(command)}`;
  const flaky = describeFlakyTests(run.value);
  if (flaky !== undefined) return accept([{ ...describeAssertion(lock, `${shown}: ${flaky}`), flaky: true }]);
  if (testsPassed(run.value)) return accept([]);
  const { startError, timedOut, stopped } = run.value;
  const untested = startError !== undefined || timedOut || stopped;
  const detail = `${shown}: ${describeTests(run.value)}; its output is in ${outputPath}`;
  return accept([describeAssertion(lock, detail, { untested })]);
}

export type PatternCheck = Extract<LockCheck, { pattern: string }>;

/** A place where an assertion is broken or, with `untested`, could not be tested; with `flaky` it holds. */
export interface AssertionFinding {
  /** The lock's name in `locks.json`. */
  lock: string;
  kind: Lock['kind'];
  level: LockLevel;
  assertion: string;
  /** The observed result. */
  detail: string;
  /** The check itself failed: it took too long, or its command could not be started. */
  untested: boolean;
  /** The check failed and then passed without a change. */
  flaky?: true;
  /** Relative to the tree, with `/`. */
  path?: string;
  /** 1-based. */
  line?: number;
}

export function describeAssertion(
  { name: lock, kind, lock_level: level, assertion }: Lock,
  detail: string,
  more: { path?: string; line?: number; untested?: boolean } = {},
): AssertionFinding {
  return { lock, kind, level, assertion, detail, untested: false, ...more };
}

/** Maximum number of reported places of one pattern. */
const MAX_SHOWN_MATCHES = 20;

/** The line numbers (1-based) at which matches of a pattern begin, up to the reported maximum. */
export function matchingLines(text: string, pattern: string): number[] {
  const expression = compilePattern(pattern);
  const lines = new Set<number>();
  let line = 1;
  let seen = 0;
  for (const { index } of text.matchAll(expression)) {
    line += countLineEnds(text, seen, index);
    seen = index;
    lines.add(line);
    if (lines.size >= MAX_SHOWN_MATCHES) break;
  }
  return [...lines];
}

function countLineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The result of a pattern: the matching lines by path. */
export function judgePattern(
  lock: Lock,
  { pattern, must, paths }: PatternCheck,
  matches: readonly { path: string; lines: readonly number[] }[],
): AssertionFinding[] {
  const shown = JSON.stringify(pattern);
  const places = matches.flatMap(({ path, lines }) => lines.map((line) => ({ path, line })));
  if (must === 'occur')
    return places.length > 0
      ? []
      : [describeAssertion(lock, `the pattern ${shown} occurs in no file of ${paths.join(', ')}`)];
  return places
    .slice(0, MAX_SHOWN_MATCHES)
    .map((place) => describeAssertion(lock, `the forbidden pattern ${shown} occurs`, place));
}
