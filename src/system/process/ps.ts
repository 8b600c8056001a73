import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ProcessEntry } from './process-entry.ts';

/** Set by the build for tests: a folder with programs that answer instead of the system's. Empty in the committed bundle. */
declare const SAO_PROGRAM_FOLDER: string;
const programFolder = typeof SAO_PROGRAM_FOLDER === 'string' ? SAO_PROGRAM_FOLDER : '';

/** By path: a model may have chosen PATH. */
const PROGRAMS = { ps: '/bin/ps', sysctl: '/usr/sbin/sysctl' };

/** The output of a program of the system; empty if it cannot be started or fails. */
function callSystem(name: keyof typeof PROGRAMS, args: readonly string[]): string {
  // Loaded only on systems without /proc, because loading takes longer than the rest of a hook.
  const { spawnSync } = createRequire(import.meta.url)(
    'node:child_process',
  ) as typeof import('node:child_process');
  const file = programFolder === '' ? PROGRAMS[name] : join(programFolder, name);
  // ps prints the start in the local language and time zone.
  const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync(file, [...args], { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
  return stdout ?? '';
}

/** The entries of these processes (`['-p', '7']`), or of all (`['-ax']`). */
export function readPsEntries(selection: readonly string[]): ProcessEntry[] {
  const text = callSystem('ps', [...selection, '-o', 'pid=,ppid=,pgid=,stat=,lstart=,comm=']);
  return text.split('\n').flatMap((line) => parsePsLine(line) ?? []);
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

const knownArguments = new Map<number, string[]>();
const knownEnvironments = new Map<number, string[]>();

/** The words of a process's command line; an argument with blanks gives several. Asked once for each pid: a call asks about its ancestors only. */
export function readPsArguments(pid: number): string[] {
  return remember(knownArguments, pid, () =>
    callSystem('ps', ['-ww', '-o', 'args=', '-p', String(pid)])
      .trim()
      .split(/\s+/),
  );
}

/** The `NAME=value` entries that a process was started with. The system shows them for the user's own processes, behind the command line. */
export function readPsEnvironment(pid: number): string[] {
  return remember(knownEnvironments, pid, () =>
    parsePsEnvironment(callSystem('ps', ['-E', '-ww', '-o', 'command=', '-p', String(pid)])),
  );
}

/** The environments of all processes that the system shows. */
export function listPsEnvironments(): { pid: number; entries: string[] }[] {
  return callSystem('ps', ['-ax', '-E', '-ww', '-o', 'pid=,command='])
    .split('\n')
    .flatMap((line) => {
      const [, pid, text = ''] = /^\s*(\d+)\s(.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), entries: parsePsEnvironment(text) }];
    });
}

/**
 * Parses a command line that its environment follows. Words before the first `NAME=` are the command's; later words without it belong to the
 * value before them. An argument of this form counts as an entry: a search then finds too much instead of too little.
 */
export function parsePsEnvironment(text: string): string[] {
  const entries: string[] = [];
  for (const word of text.trim().split(' ')) {
    const last = entries.at(-1);
    if (/^[A-Za-z_]\w*=/.test(word)) entries.push(word);
    else if (last !== undefined) entries[entries.length - 1] = `${last} ${word}`;
  }
  return entries;
}

/**
 * The id of this boot of macOS; empty if the system gives none. Not `kern.boottime`: that moves when the clock is set, and a process of this
 * boot would then look like one of an earlier boot.
 */
export function readBootSession(): string {
  const text = callSystem('sysctl', ['-n', 'kern.bootsessionuuid']).trim();
  return /^[0-9A-Fa-f-]{36}$/.test(text) ? text.toLowerCase() : '';
}

function remember<T>(known: Map<number, T>, pid: number, read: () => T): T {
  const value = known.get(pid) ?? read();
  known.set(pid, value);
  return value;
}
