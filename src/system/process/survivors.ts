import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from './ancestry.ts';
import { listPids, listProcesses, type ProcessEntry, readProcess } from './proc.ts';

/** The variable that every process of a run inherits. A program can leave its group, as Claude Code's shells do, but not this. */
export const MARK = 'SAO_MARK';

const POLL_MS = 10;
/** After SIGKILL: only a process that hangs in the kernel takes longer. */
const DEATH_MS = 2_000;

/** The environment for a process of the run; a mark of a run around ours is kept, so that both find it. */
export function addMark(env: NodeJS.ProcessEnv, mark: string): NodeJS.ProcessEnv {
  return { ...env, [MARK]: [env[MARK], mark].filter(Boolean).join(' ') };
}

/** Whether an environment entry carries the mark, or one below it: `ab12` is also in `ab12/worker-1`. */
export function carriesMark(entry: string, mark: string): boolean {
  if (!entry.startsWith(`${MARK}=`)) return false;
  const marks = entry.slice(MARK.length + 1).split(' ');
  return marks.some((each) => each === mark || each.startsWith(`${mark}/`));
}

/**
 * Live processes that carry the mark, but for this one; of those above a pid, where only younger ones are asked for.
 * Linux; elsewhere an environment cannot be read, and there are none.
 */
export function findMarked(mark: string, above = 0): ProcessEntry[] {
  if (process.platform !== 'linux') return [];
  const isMarked = (pid: number) => readEnvironment(pid).some((entry) => carriesMark(entry, mark));
  return listPids()
    .filter((pid) => pid > above && pid !== process.pid && isMarked(pid))
    .map(readProcess)
    .filter((entry) => typeof entry === 'object')
    .filter((entry) => !entry.isZombie);
}

/** Live members of process groups. */
export function findMembers(groups: readonly number[]): ProcessEntry[] {
  const left = new Set(groups.filter((group) => signalGroup(group, 0)));
  if (left.size === 0) return [];
  return listProcesses().filter(({ group, isZombie }) => left.has(group) && !isZombie);
}

/** False if the group has no member left. A stopped process gets a signal only once it goes on. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  const isSent = send(-group, signal);
  if (isSent && signal !== 0 && signal !== 'SIGKILL') send(-group, 'SIGCONT');
  return isSent;
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Ends all that `find` finds: SIGTERM, SIGKILL after `graceMs`. It looks again each time, because a dying process can still
 * start another one. Done when nothing is left, or when what is left cannot be killed.
 */
export async function endSurvivors(find: () => ProcessEntry[], graceMs: number): Promise<void> {
  const termed = new Set<string>();
  const graceEnd = performance.now() + graceMs;
  const deathEnd = graceEnd + DEATH_MS;
  for (let left = find(); left.length > 0 && performance.now() < deathEnd; left = find()) {
    for (const { pid, started } of left) {
      if (performance.now() >= graceEnd) send(pid, 'SIGKILL');
      else if (!termed.has(`${pid} ${started}`)) terminate(pid);
      termed.add(`${pid} ${started}`);
    }
    await sleep(POLL_MS);
  }
}

function terminate(pid: number): void {
  send(pid, 'SIGTERM');
  send(pid, 'SIGCONT');
}
