import type { BuildSettings } from '../../run/ledger/settings.ts';
import type { TestRun } from '../../workspace/tests/test-log.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';

/** Context of the engine's own work on a build. */
export interface Engine {
  dir: string;
  site: Site;
  /** The description that the build was asked for with. */
  task: string;
  settings: BuildSettings;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Prints a line of progress. */
  reportProgress(line: string): void;
  /** Ends test commands when the caller is interrupted. */
  signal: AbortSignal;
}

/** The caller interrupted the build. The next call restarts the unfinished step. */
export class Interrupted extends Error {}

/** Throws Interrupted if the test run was stopped: its result is unknown. */
export function throwIfInterrupted(tests: TestRun): TestRun {
  if (tests.stopped) throw new Interrupted('the tests were stopped');
  return tests;
}
