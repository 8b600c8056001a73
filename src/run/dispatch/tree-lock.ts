import type { ProcessIdentity } from '../../system/process/identity.ts';

/** The lock that keeps git from removing a worktree while the process that carries its agent lives. */
export interface TreeLock {
  run: string;
  owner: ProcessIdentity;
}

/** The lock as one line, in the style of the client's own: `sao run R (pid N start S boot B space P)`. */
export function formatTreeLock({ run, owner }: TreeLock): string {
  const { pid, started, boot, space = '' } = owner;
  return `sao run ${run} (pid ${pid} start ${pack(started)} boot ${pack(boot)} space ${pack(space)})`;
}

/** Parses the reason of a lock; undefined for a lock of anyone else. */
export function parseTreeLock(reason: string): TreeLock | undefined {
  const found = /^sao run (\S+) \(pid (\d+) start (\S+) boot (\S+) space (\S+)\)$/.exec(reason);
  if (!found) return undefined;
  const [, run = '', pid, started = '', boot = '', space = ''] = found;
  const owner = { pid: Number(pid), started: unpack(started), boot: unpack(boot) };
  return { run, owner: unpack(space) === '' ? owner : { ...owner, space: unpack(space) } };
}

// On macOS the start time is a date with blanks.
const pack = (text: string) => (text === '' ? '-' : text.replaceAll(' ', '_'));
const unpack = (text: string) => (text === '-' ? '' : text.replaceAll('_', ' '));
