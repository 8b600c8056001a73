import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A process in the system's process table. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  /** The program's short name: on Linux at most 15 characters. */
  name: string;
  started: string;
  isZombie: boolean;
}

/** The entry of a pid; `gone` if no process has it, `unknown` if the system gives no information. */
export function readProcess(pid: number): ProcessEntry | 'gone' | 'unknown' {
  if (process.platform === 'linux') return readFromProc(pid);
  if (process.platform === 'win32') return probeBySignal(pid);
  return readFromPs(['-p', String(pid)])[0] ?? probeBySignal(pid);
}

/** All processes that are visible to this one; none on Windows. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') return readFromPs(['-ax']);
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

function readFromPs(selection: readonly string[]): ProcessEntry[] {
  const columns = ['-o', 'pid=,ppid=,pgid=,stat=,lstart=,comm='];
  // ps prints the start in the local language and time zone.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  // Loaded only on systems without /proc, because loading takes longer than the rest of a hook.
  const { spawnSync } = createRequire(import.meta.url)(
    'node:child_process',
  ) as typeof import('node:child_process');
  const { stdout } = spawnSync('ps', [...selection, ...columns], { encoding: 'utf8', env });
  return (stdout ?? '').split('\n').flatMap((line) => parsePsLine(line) ?? []);
}

/** Parses `pid ppid pgid stat lstart comm`, e.g. `7 1 7 Ss Mon Nov  3 10:00:00 2025 /bin/zsh`. */
export function parsePsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.+)$/.exec(line);
  if (!match) return undefined;
  const [, pid, parent, group, state = '', started = '', name = ''] = match;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    name: name.trim().replace(/^.*\//, '').replace(/^-/, ''),
    started: started.replace(/\s+/g, ' '),
    isZombie: state.startsWith('Z'),
  };
}

function probeBySignal(pid: number): 'gone' | 'unknown' {
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown';
  }
}
