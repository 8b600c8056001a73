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

let ownIdentity: ProcessIdentity | undefined;
let bootAndSpace: Pick<ProcessIdentity, 'boot' | 'space'> | undefined;

/** The identity of the process that has this pid now; undefined if there is none. A zombie still has an identity. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity | undefined {
  if (pid === process.pid && ownIdentity) return ownIdentity;
  const found = readProcess(pid);
  if (found === 'unknown') return { pid, started: '', ...readBootAndSpace() };
  if (found === 'gone') return undefined;
  const identity = { pid, started: found.started, ...readBootAndSpace() };
  if (pid === process.pid) ownIdentity = identity;
  return identity;
}

/**
 * Whether this process is still alive; a zombie is not. If the system gives no answer, the process counts as alive, because
 * breaking the lock of a live owner does more harm than waiting.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = readBootAndSpace();
  if (identity.boot && here.boot && identity.boot !== here.boot) return false;
  // In another pid namespace, the same pid is another process, or not visible.
  if (identity.space !== here.space) return true;
  const found = readProcess(identity.pid);
  if (found === 'unknown') return true;
  if (found === 'gone' || found.isZombie) return false;
  return identity.started === '' || identity.started === found.started;
}

function readBootAndSpace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  bootAndSpace ??= process.platform === 'linux' ? readLinuxBootAndSpace() : { boot: '' };
  return bootAndSpace;
}

function readLinuxBootAndSpace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  const boot = readOrUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
  const space = readOrUndefined(() => readlinkSync('/proc/self/ns/pid'));
  return space === undefined ? { boot } : { boot, space };
}

/** Sandboxes hide parts of /proc. An identity without them is weaker, but usable. */
function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
