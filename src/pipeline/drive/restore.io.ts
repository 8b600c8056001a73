import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { unwrap } from '../../system/result.ts';
import { openIntegration } from '../../workspace/merge/integration.io.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import { progressText } from '../machine/wording.ts';

/**
 * Makes a lost integration worktree anew: from its branch or, if that is lost too, from the commit that the engine accepted last. A folder in its place
 * that is no worktree any more is moved to `lost/` in the run's folder. Does nothing before the build has begun and after it has ended. Returns whether
 * it made one.
 */
export async function restoreIntegration(
  engine: Engine,
  { base, trusted, curated }: BuildState,
): Promise<boolean> {
  const place = integrationWorktree(engine.dir);
  if (base === undefined || curated !== undefined || existsSync(join(place, '.git'))) return false;
  const kept = existsSync(place) ? setAside(engine, place) : undefined;
  engine.reportProgress(progressText.restored(place, kept));
  unwrap(await openIntegration(engine.site, trusted ?? base.commit));
  return true;
}

function setAside({ dir, now }: Engine, place: string): string {
  const folder = join(dir, 'lost');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = join(folder, `${INTEGRATION}-${now().toISOString().replaceAll(':', '')}`);
  renameSync(place, kept);
  return kept;
}
