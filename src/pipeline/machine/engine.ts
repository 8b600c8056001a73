import type { BuildSettings } from '../../run/ledger/settings.ts';
import type { TestRun } from '../../workspace/tests/test-log.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';

/** What the engine's own work is done with. */
export interface Engine {
  dir: string;
  site: Site;
  /** The description that the build was asked for with. */
  task: string;
  settings: BuildSettings;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** A line of progress for a person. */
  reportProgress(line: string): void;
  /** Ends test commands when the caller is interrupted. */
  signal: AbortSignal;
}

/** The person has stopped us: what was begun is begun again by the next call. */
export class Interrupted extends Error {}

/** A test run that was stopped with us says nothing about the code. */
export function throwIfInterrupted(tests: TestRun): TestRun {
  if (tests.stopped) throw new Interrupted('the tests were stopped');
  return tests;
}
