import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-entry.ts';
import { readPsEntries } from './ps.ts';

/** The entry of a pid; `gone` if no process has it, `unknown` if the system gives no information. */
export function readProcess(pid: number): ProcessEntry | 'gone' | 'unknown' {
  if (process.platform === 'linux') return readFromProc(pid);
  if (process.platform === 'win32') return probeBySignal(pid);
  return readPsEntries(['-p', String(pid)])[0] ?? probeBySignal(pid);
}

/** All processes that are visible to this one; none on Windows. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') return readPsEntries(['-ax']);
  return listPids()
    .map(readFromProc)
    .filter((entry) => typeof entry === 'object');
}

/** The pids of all processes that are visible to this one. Linux only. */
export function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readFromProc(pid: number): ProcessEntry | 'gone' | 'unknown' {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? 'unknown';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Other errors (e.g. too many open files) do not prove that it ended. If /proc is hidden, a signal still finds the process.
    return code === 'ENOENT' || code === 'ESRCH' ? probeBySignal(pid) : 'unknown';
  }
}

/** Parses Linux /proc/PID/stat. The name is in parentheses and may contain any character, also a parenthesis. */
export function parseStat(text: string): ProcessEntry | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ');
  const [state, parent, group] = fields;
  const started = fields[19];
  if (open < 0 || close < open || !state || !started) return undefined;
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(parent),
    group: Number(group),
    name: text.slice(open + 1, close),
    started,
    isZombie: state === 'Z' || state === 'X',
  };
}

/** The session of a process and whether it has a controlling terminal; undefined if the system gives no information. Linux only. */
export function readProcessSession(pid: number): ProcessSession | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return parseProcessSession(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What Linux /proc/PID/stat says of the session of a process. */
export interface ProcessSession {
  /** The pid of the session's leader, which may have ended. */
  leader: number;
  hasTerminal: boolean;
}

/** Parses the session in Linux /proc/PID/stat; undefined if the text is cut. */
export function parseProcessSession(text: string): ProcessSession | undefined {
  const [, , , leader, terminal] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!text.includes(')') || terminal === undefined) return undefined;
  return { leader: Number(leader), hasTerminal: terminal !== '0' };
}

function probeBySignal(pid: number): 'gone' | 'unknown' {
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown';
  }
}
