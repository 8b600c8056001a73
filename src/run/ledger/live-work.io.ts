import { join } from 'node:path';
import { readLockClaim } from '../../system/files/lock-file.ts';
import { findClientIn } from '../../system/process/ancestry.ts';
import { isAlive } from '../../system/process/identity.ts';
import type { LiveWork } from './approval-wording.ts';
import { markersOf } from './locate.io.ts';
import { findClientsOf } from './sessions.io.ts';
import type { RunState } from './state.ts';

const RUNNER_LOCKS = ['driver.lock', 'build.lock'];

/**
 * Returns a session or runner that works on the run in `dir` now, besides this process; undefined if there is none. Agents of it can start a process
 * that hides where it comes from and imitates a terminal.
 */
export function findLiveWork(
  { dir, project, env }: { dir: string; project: string; env: Readonly<Record<string, string | undefined>> },
  { sessions: seen }: Pick<RunState, 'sessions'>,
): LiveWork | undefined {
  for (const name of RUNNER_LOCKS) {
    const owner = readLockClaim(join(dir, name))?.owner;
    if (owner && owner.pid !== process.pid && isAlive(owner)) return { kind: 'runner', pid: owner.pid };
  }
  const root = markersOf(dir, { env, cwd: project });
  const { clients } = findClientsOf(root, dir, seen.keys());
  // The record of a client is a file that an agent may have removed, and a client may attack a run that it has never worked on, so each one in the
  // project counts.
  const own = clients[0]?.pid;
  if (own !== undefined) return { kind: 'session', pid: own };
  const pid = findClientIn(project);
  return pid === undefined ? undefined : { kind: 'client', pid };
}
