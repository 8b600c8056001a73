import { quoteCommand } from '../../system/command-line.ts';
import type { Driver } from '../ledger/manifest.ts';

/** The chosen headless runner, if any; `template` is the program of the runner `command`. */
export interface HeadlessOptions {
  driver: Driver | null | undefined;
  template?: readonly string[] | undefined;
  /** The user's configuration names the program of the runner `command`, so that the call needs none. */
  isProgramKnown?: boolean | undefined;
  /** The bound of the cost: a number of USD, or what the human has to fill in. */
  maxCost?: number | string | undefined;
}

/** The complete command that resumes a run without a session; undefined if no headless runner was chosen. */
export function driverCall(
  run: string,
  { driver, template, isProgramKnown, maxCost }: HeadlessOptions,
): string | undefined {
  const bound = maxCost === undefined ? [] : ['--max-cost', String(maxCost)];
  if (driver === 'claude') return quoteCommand(['sao', 'run', run, '--driver', 'claude', ...bound]);
  if (driver !== 'command') return undefined;
  if (template === undefined && isProgramKnown) return `sao run ${run}`;
  // The program is unknown here, so the human has to fill it in.
  const program = template === undefined ? '<the program>' : quoteCommand(template);
  return quoteCommand(['sao', 'run', run, '--driver', 'command', '--command', program]);
}
