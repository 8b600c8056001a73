import { readFileSync, readlinkSync } from 'node:fs';
import { readProcess } from './proc.ts';

/** One process and no other: a pid alone is reused, with its start time and the machine's boot it is not. */
export interface ProcessIdentity {
  pid: number;
  /** As the system tells it: clock ticks since boot (Linux), a date (macOS). */
  started: string;
  /** The boot it belongs to; empty where `started` is a date already. */
  boot: string;
  /** Linux: the pid namespace (a container, a sandbox) in which `pid` is counted. */
  space?: string;
}

let own: ProcessIdentity | undefined;
let place: Pick<ProcessIdentity, 'boot' | 'space'> | undefined;

/** Who has this pid now; nothing if nobody has. A zombie still has its identity. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity | undefined {
  if (pid === process.pid && own) return own;
  const found = readProcess(pid);
  if (found === 'unknown') return { pid, started: '', ...readPlace() };
  if (found === 'gone') return undefined;
  const identity = { pid, started: found.started, ...readPlace() };
  if (pid === process.pid) own = identity;
  return identity;
}

/**
 * Whether that very process still lives; a zombie does not. What cannot be known counts as alive, because a lock that is taken
 * from a live owner costs more than one that waits.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = readPlace();
  if (identity.boot && here.boot && identity.boot !== here.boot) return false;
  // From inside another pid namespace the same pid is somebody else, or invisible.
  if (identity.space !== here.space) return true;
  const found = readProcess(identity.pid);
  if (found === 'unknown') return true;
  if (found === 'gone' || found.isZombie) return false;
  return identity.started === '' || identity.started === found.started;
}

function readPlace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  place ??= process.platform === 'linux' ? readLinuxPlace() : { boot: '' };
  return place;
}

function readLinuxPlace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
  const space = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return space === undefined ? { boot } : { boot, space };
}

/** Sandboxes hide parts of /proc; an identity without them is weaker, and still one. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
