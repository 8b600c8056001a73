import { dirname, join } from 'node:path';
import type { RunState } from '../../run/ledger/state.ts';
import { isRebuiltFolder } from '../../workspace/worktree/ignored-files.ts';
import {
  bringBack,
  compareIgnored,
  readIgnoredState,
  readRecordedState,
  setAside,
  writeIgnoredState,
} from '../../workspace/worktree/ignored-state.io.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { forgetPreparation, makesIgnoredFiles } from '../../workspace/worktree/prepare.io.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import { prepareTree } from './modules.io.ts';
import { runWithoutLeftovers } from './tests.io.ts';

/** What tests ran without, and what they ran with although an agent made it. Paths are relative to the worktree. */
export interface IgnoredByAgents {
  /** Ignored files that were set aside while the tests ran. */
  aside: string[];
  /** Folders of dependencies that stayed, because the project has no setup command that fills them. */
  used: string[];
}

/** What is recorded of the integration worktree when it is prepared and no agent has worked in it. */
const recordPathOf = ({ dir }: Engine) => join(dir, 'qc', 'integration-ignored.json');

/** Records the ignored files of the prepared integration worktree before the first agent starts. */
export async function recordPreparedFiles(
  engine: Engine,
  { dispatchedAny }: Pick<RunState, 'dispatchedAny'>,
): Promise<void> {
  if (dispatchedAny || readRecordedState(recordPathOf(engine)) !== undefined) return;
  writeIgnoredState(recordPathOf(engine), await readIgnoredState(integrationWorktree(engine.dir)));
}

/**
 * Runs tests in the integration worktree on what is committed, because only that is merged: ignored files that agents or earlier tests have left are set
 * aside meanwhile, and those that the project's setup makes are made again if they were changed. Without a setup command, folders of dependencies stay.
 */
export async function runOnTrackedState<T>(
  engine: Engine,
  run: () => Promise<T>,
): Promise<{ result: T; ignored: IgnoredByAgents }> {
  const place = integrationWorktree(engine.dir);
  const aside = join(dirname(place), `.aside-${INTEGRATION}`);
  const leftovers = join(dirname(dirname(place)), 'attempts', 'leftovers', INTEGRATION);
  // A process that was killed may have left some.
  bringBack(place, aside, leftovers);
  const ignored = await setForeignAside(engine, { place, aside });
  try {
    return { result: await runWithoutLeftovers(place, run), ignored };
  } finally {
    bringBack(place, aside, leftovers);
  }
}

async function setForeignAside(
  engine: Engine,
  { place, aside }: { place: string; aside: string },
): Promise<IgnoredByAgents> {
  const { worktreeSettings } = engine;
  const recorded = readRecordedState(recordPathOf(engine));
  const { foreign, isKnownChanged } = compareIgnored(recorded ?? {}, await readIgnoredState(place));
  const isUsed = (path: string) => worktreeSettings.setup === undefined && isRebuiltFolder(path);
  const found = { aside: foreign.filter((path) => !isUsed(path)), used: foreign.filter(isUsed) };
  setAside(place, aside, found.aside);
  if (makesIgnoredFiles(worktreeSettings) && (recorded === undefined || isKnownChanged)) {
    forgetPreparation(engine.site, INTEGRATION);
    await prepareTree(engine, INTEGRATION);
    const now = Object.entries(await readIgnoredState(place));
    writeIgnoredState(
      recordPathOf(engine),
      Object.fromEntries(now.filter(([path]) => !found.used.includes(path))),
    );
  }
  return found;
}
