import { readFileSync } from 'node:fs';
import { type ProcessEntry, readProcess } from './proc.ts';

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
