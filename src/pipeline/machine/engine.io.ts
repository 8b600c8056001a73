import { join } from 'node:path';
import type { ContractFiles } from '../../contract/contract-files.ts';
import type { ProjectConfig } from '../../run/ledger/project-config.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import type { BuildSettings, WorktreeSettings } from '../../run/ledger/settings.ts';
import { appendEvents, treesFolder } from '../../run/ledger/store.io.ts';
import { unwrap } from '../../system/result.ts';
import type { Confinement } from '../../system/sandbox/confinement.ts';
import type { TestRun } from '../../workspace/tests/test-result.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';
import type { BuildView } from './step.ts';

/** Context of the engine's own work on a build. */
export interface Engine {
  dir: string;
  site: Site;
  /** The user's description of the application. */
  task: string;
  settings: BuildSettings;
  /** Seconds that one attempt of an agent of the build's audits may take, by role. */
  auditTimeouts: ProjectConfig['timeouts'];
  worktreeSettings: WorktreeSettings;
  env: Readonly<Record<string, string | undefined>>;
  /** How code of the build's agents is started, also their tests. */
  confinement: Confinement;
  /** Throws an ExpectedError if no human has approved the setup command of worktrees. */
  requireSetupApproval(setup: string): Promise<void>;
  now(): Date;
  /** Prints a line of progress. */
  reportProgress(line: string): void;
  /** Ends test commands when the caller is interrupted. */
  signal: AbortSignal;
}

/** The caller interrupted the build. The next call restarts the unfinished step. */
export class Interrupted extends Error {}

/** The contract's files in the view of a step. Throws an ExpectedError if they could not be read. */
export function contractOf({ contract }: BuildView): ContractFiles {
  if (contract === undefined) throw new Error('the view was read without the contract');
  return unwrap(contract);
}

/** Throws Interrupted if the test run was stopped: its result is unknown. */
export function throwIfInterrupted(tests: TestRun): TestRun {
  if (tests.stopped) throw new Interrupted('the tests were stopped');
  return tests;
}

/** Appends events to the build's ledger. */
export function recordEvents({ dir, now }: Pick<Engine, 'dir' | 'now'>, ...events: RunEvent[]): void {
  appendEvents(dir, events, now());
}
/** Path of the integration worktree of a run. */

export function integrationWorktree(dir: string): string {
  return join(treesFolder(dir), INTEGRATION);
}
