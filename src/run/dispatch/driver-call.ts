import type { Driver } from '../ledger/manifest.ts';
import { quoteCommand } from '../plan/approve.ts';

/** Who carries the agents of a run out, as far as it was said; `template` is the program of the driver `command`. */
export interface HeadlessOptions {
  driver: Driver | null | undefined;
  template?: readonly string[] | undefined;
}

/** The complete call that resumes a run without a session, to be pasted; undefined if no headless runner was chosen. */
export function driverCall(run: string, { driver, template }: HeadlessOptions): string | undefined {
  if (driver === 'claude') return `sao run ${run} --driver claude`;
  if (driver !== 'command') return undefined;
  // The human fills in a program that is unknown here.
  const program = template === undefined ? '<the program>' : quoteCommand(template);
  return quoteCommand(['sao', 'run', run, '--driver', 'command', '--command', program]);
}
