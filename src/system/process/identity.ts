import { readFileSync, readlinkSync } from 'node:fs';
import { readProcess } from './proc.ts';

/** Identifies one process: pids are reused, but not with the same start time and boot. */
export interface ProcessIdentity {
  pid: number;
  /** The start time as the system prints it: clock ticks since boot (Linux) or a date (macOS). */
  started: string;
  /** The id of the machine's boot; empty if `started` is a date. */
  boot: string;
  /** Linux: the pid namespace (a container, a sandbox) in which `pid` is counted. */
  space?: string;
}

let own: ProcessIdentity | undefined;
let place: Pick<ProcessIdentity, 'boot' | 'space'> | undefined;

/** The identity of the process that has this pid now; undefined if there is none. A zombie still has an identity. */
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
 * Whether this process is still alive; a zombie is not. If the system gives no answer, the process counts as alive, because
 * breaking the lock of a live owner does more harm than waiting.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = readPlace();
  if (identity.boot && here.boot && identity.boot !== here.boot) return false;
  // In another pid namespace, the same pid is another process, or not visible.
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

/** Sandboxes hide parts of /proc. An identity without them is weaker, but usable. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
