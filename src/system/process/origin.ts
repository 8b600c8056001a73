import type { ProcessSession } from './proc.ts';
import type { ProcessEntry } from './process-entry.ts';

/** Programs that become the parent of processes whose own parent has ended, besides the first process. */
const ADOPTERS = new Set([
  'systemd',
  'init',
  'tini',
  'dumb-init',
  'docker-init',
  'catatonit',
  'conmon',
  'bwrap',
  'runsvdir',
]);

/**
 * The pid of a process among `starters` that may have started the process at the start of `line`, although it is not among its ancestors; undefined if
 * there is none. A daemon (two forks, `setsid -f`) has lost its parents, but no ancestor of it, except for the one that adopted it, is older than the
 * process that started it. `line`: the process and its ancestors, from below. Pure.
 */
export function judgeOrigin(
  line: readonly ProcessEntry[],
  starters: readonly ProcessEntry[],
): number | undefined {
  const own = line.filter(({ pid, name }, index) => index === 0 || (pid !== 1 && !ADOPTERS.has(name)));
  const oldest = own.at(-1);
  // Another pid namespace started it: no process of this one is its parent.
  if (oldest === undefined || oldest.parent === 0) return undefined;
  const ids = new Set(line.map(({ pid }) => pid));
  return starters.find(({ pid, started }) => !ids.has(pid) && Number(started) <= Number(oldest.started))?.pid;
}

/** Whether a process has a terminal by the session in which its own ancestors started it, as a call that a human types. Pure. */
export function isInOwnTerminal(
  { leader, hasTerminal }: ProcessSession,
  line: readonly ProcessEntry[],
): boolean {
  return hasTerminal && line.some(({ pid }) => pid === leader);
}
