import { readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { listPids, readProcess } from './proc.ts';
import { readBootSession } from './ps.ts';

/** Identifies one process: pids are reused, but not with the same start time and boot. */
export interface ProcessIdentity {
  pid: number;
  /** The start time as the system prints it: clock ticks since boot (Linux) or a date (macOS). */
  started: string;
  /** The id of the machine's boot; empty if the system gives none. */
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

/** Whether the pid is counted in another pid namespace than this process's: here it is the pid of another process, or of none. */
export function isElsewhere({ space }: ProcessIdentity): boolean {
  return space !== readBootAndSpace().space;
}

/** How a process is named in a message. */
export function describeProcess(identity: ProcessIdentity): string {
  return isElsewhere(identity)
    ? `process ${identity.pid} of another container or sandbox (${identity.space ?? 'unknown'})`
    : `process ${identity.pid}`;
}

/** The pid namespace of the machine itself, which shows the processes of all others. */
const MACHINE_SPACE = 'pid:[4026531836]';

/** Searches a process of another pid namespace. One that is not visible counts as alive, unless the whole machine is visible. */
function isAliveElsewhere({ pid, started, space }: ProcessIdentity, here: string | undefined): boolean {
  const isSame = (found: number) => {
    const entry = readNestedPid(found) === pid ? readProcess(found) : 'gone';
    return typeof entry === 'object' && !entry.isZombie && (started === '' || entry.started === started);
  };
  // With `hidepid` the processes of other users are hidden, the first of all, too.
  const showsAll = here === MACHINE_SPACE && space !== undefined && readProcess(1) !== 'unknown';
  return !showsAll || listPids().some(isSame);
}

/** The pid of a process in its own namespace, if that is below this one. */
function readNestedPid(pid: number): number | undefined {
  const status = readOrUndefined(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  const pids = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return pids.length > 1 ? Number(pids.at(-1)) : undefined;
}

/**
 * Whether this process is still alive; a zombie is not. If the system gives no answer, the process counts as alive, because
 * breaking the lock of a live owner does more harm than waiting.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = readBootAndSpace();
  if (identity.boot && here.boot && identity.boot !== here.boot) return false;
  if (identity.space !== here.space) return isAliveElsewhere(identity, here.space);
  const found = readProcess(identity.pid);
  if (found === 'unknown') return true;
  if (found === 'gone' || found.isZombie) return false;
  return identity.started === '' || identity.started === found.started;
}

function readBootAndSpace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  bootAndSpace ??= readBootAndSpaceOf(process.platform);
  return bootAndSpace;
}

function readBootAndSpaceOf(platform: NodeJS.Platform): Pick<ProcessIdentity, 'boot' | 'space'> {
  if (platform === 'linux') return readLinuxBootAndSpace();
  return { boot: platform === 'darwin' ? readBootSession() : '' };
}

/** The type of the file system that the kernel mounts at /proc. A folder that a program has put in its place has another one. */
const PROC_TYPE = 0x9fa0;

function readLinuxBootAndSpace(): Pick<ProcessIdentity, 'boot' | 'space'> {
  const boot = readOrUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '';
  const space = readOrUndefined(() =>
    statfsSync('/proc').type === PROC_TYPE ? readlinkSync('/proc/self/ns/pid') : undefined,
  );
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
