import { readFileSync } from 'node:fs';
import { identifyProcess, type ProcessIdentity } from './identity.ts';
import { type ProcessEntry, readProcess } from './proc.ts';

/** Programs that only pass a command on: whoever called them is the one who asked. */
const SHELLS = new Set(['sh', 'dash', 'ash', 'bash', 'zsh', 'fish', 'ksh', 'mksh', 'busybox', 'env']);
/** They adopt orphans; what only they would own has no owner. */
const REAPERS = new Set(['init', 'systemd', 'launchd', 'tini', 'dumb-init', 'docker-init', 'catatonit']);

/** From `pid` upwards, itself first; ends at the top, or where the system does not tell. */
export function* walkAncestors(
  pid: number,
  read: (pid: number) => ProcessEntry | 'gone' | 'unknown' = readProcess,
): Generator<ProcessEntry> {
  const seen = new Set<number>();
  for (let next = pid; next > 0 && !seen.has(next); ) {
    seen.add(next);
    const entry = read(next);
    if (typeof entry === 'string') return;
    yield entry;
    next = entry.parent;
  }
}

/** The nearest process from `pid` upwards whose name matches. */
export function findAncestor(
  match: (name: string) => boolean,
  pid: number = process.ppid,
): ProcessIdentity | undefined {
  for (const entry of walkAncestors(pid)) {
    if (match(entry.name)) return identifyProcess(entry.pid);
  }
  return undefined;
}

/** Who started this command, past the shells in between; nothing if that was nobody who still lives. */
export function ownerOf(pid: number = process.ppid): ProcessIdentity | undefined {
  for (const entry of walkAncestors(pid)) {
    if (SHELLS.has(entry.name)) continue;
    return REAPERS.has(entry.name) ? undefined : identifyProcess(entry.pid);
  }
  return undefined;
}

/**
 * Whether this process or any above it was started with the variable: `env -u` hides it from the last one only. Linux; elsewhere
 * only this process's own variables can be read.
 */
export function ancestorHasEnv(name: string): boolean {
  if (process.env[name] !== undefined) return true;
  if (process.platform !== 'linux') return false;
  for (const { pid } of walkAncestors(process.pid)) {
    if (readEnvironment(pid).some((entry) => entry.startsWith(`${name}=`))) return true;
  }
  return false;
}

/** The `NAME=value` entries that a process was started with; none if it is another user's. Linux. */
export function readEnvironment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
