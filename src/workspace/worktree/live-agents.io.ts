import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readPlanFile } from '../../run/ledger/store.io.ts';
import { isAlive } from '../../system/process/identity.ts';
import { unwrap } from '../../system/result.ts';
import type { Site } from './site.io.ts';

/**
 * Reads which agents of the run work now, by the name of their worktree. An agent without a recorded process counts as working until its
 * timeout.
 */
export function readLiveAgents(site: Site): Map<string, string[]> {
  const dir = site.runDir;
  const live = new Map<string, string[]>();
  if (!existsSync(join(dir, 'run.json'))) return live;
  const { agents: states } = readRunState(dir);
  for (const { id, tree, timeout } of unwrap(readPlanFile(dir))?.agents ?? []) {
    const running = states.get(id)?.running;
    if (tree === undefined || !running || basename(dirname(tree)) !== basename(site.builds)) continue;
    const isLive = running.owner ? isAlive(running.owner) : Date.now() < running.at + timeout * 1000;
    if (isLive) live.set(basename(tree), [...(live.get(basename(tree)) ?? []), id]);
  }
  return live;
}
