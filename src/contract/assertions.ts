import { ALL_MODULES, compilePattern, placeOfLock } from './check-locks.ts';
import type { Contract } from './contract.ts';
import { MODULES } from './contract-files.ts';
import type { Lock, LockCheck, LockLevel } from './locks.schema.ts';

export type PatternCheck = Extract<LockCheck, { pattern: string }>;

/** A place where an assertion is broken or, with `untested`, could not be tested. */
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

/** The locks that bind a module: those whose `affects` names it, names all modules, or is empty. */
export function locksOf(locks: readonly Lock[], module: string): Lock[] {
  return locks.filter(
    ({ affects }) => affects.length === 0 || affects.includes(module) || affects.includes(ALL_MODULES),
  );
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

/** A command of a contract that the engine will start, shown to the human who approves it. */
export interface ContractCommand {
  target: string;
  command: string;
}

/** Every command of a contract that the engine will start. */
export function commandsOfContract({
  modules,
  locks,
}: Pick<Contract, 'modules' | 'locks'>): ContractCommand[] {
  const own = modules.modules.flatMap(({ test_command: command }, m) =>
    command === undefined ? [] : [{ target: `${MODULES} $.modules[${m}].test_command`, command }],
  );
  const checks = locks.flatMap((lock) =>
    lock.check && 'command' in lock.check
      ? [{ target: `${placeOfLock(lock)}.check.command`, command: lock.check.command }]
      : [],
  );
  return [
    { target: `${MODULES} $.test_command`, command: modules.test_command },
    { target: `${MODULES} $.integration_test_command`, command: modules.integration_test_command },
    ...own,
    ...checks,
  ];
}
