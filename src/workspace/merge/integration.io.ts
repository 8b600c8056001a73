import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { askLookUp } from '../../system/git/look-up.io.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import type { Result } from '../../system/result.ts';
import { catchExpectedError } from '../../system/result.ts';
import { findAdminEntry } from '../worktree/admin.io.ts';
import { createTree } from '../worktree/create.io.ts';
import { INTEGRATION } from '../worktree/names.ts';
import { rescueTree } from '../worktree/rescue.io.ts';
import { resolveBase, type Site } from '../worktree/site.io.ts';
import { rollBackInterrupted } from './trial.io.ts';

/** The worktree in which the modules of a run are merged. It is separate from the user's checkout. */
export interface Integration {
  site: Site;
  place: string;
  branch: string;
  head: string;
  /** Whether an unverified merge of a killed process was rolled back. */
  rolledBack: boolean;
  /** Rescue refs of uncommitted changes that were found in the worktree. */
  rescued: string[];
}

/** Only one process assembles a run; the lock is held while a test command runs. */
const WAIT_MS = 10_000;

/** Creates or finds the integration worktree of a run, and resets it to the last verified merge. */
export function openIntegration(site: Site, base: string): Promise<Result<Integration>> {
  return catchExpectedError(() =>
    withAssemblyLock(site, async () => {
      const rolledBack = await rollBackInterrupted(site);
      const { place, branch, head } = await createTree(site, INTEGRATION, await resolveBase(site, base));
      const rescued = await rescueChanges(site, place);
      return { site, place, branch, head, rolledBack, rescued };
    }),
  );
}

/** Runs `work` under the run's assembly lock. Throws an ExpectedError `lock-held` if another process holds it. */
export function withAssemblyLock<T>(site: Site, work: () => Promise<T>): Promise<T> {
  return withAsyncLock(join(site.repo.ours, `${site.run}.assembly.lock`), WAIT_MS, work);
}

async function rescueChanges(site: Site, place: string): Promise<string[]> {
  const entry = findAdminEntry(site.repo, place);
  const changes = await askLookUp(place, ['status', '--porcelain', '--untracked-files=no']);
  if (entry === undefined || changes === '') return [];
  const order = { module: INTEGRATION, place, tips: [], safe: ['HEAD'], withIgnored: false };
  const { refs } = await rescueTree(site, order, { gitDir: entry.path, workTree: place });
  await askGit(place, ['reset', '--hard', '--quiet']);
  return refs;
}
