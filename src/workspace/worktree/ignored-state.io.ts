import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { askGit } from '../../system/git/call.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { isRebuiltFolder } from './ignored-files.ts';

/** Digests of what git ignores in a worktree, by path; a folder that is ignored as a whole ends with a slash. */
export type IgnoredState = Readonly<Record<string, string>>;

/** Entries of one ignored folder that are looked at; a larger folder is never taken for unchanged. */
const MAX_ENTRIES = 300_000;

/** Reads what git ignores in a worktree. */
export async function readIgnoredState(place: string): Promise<IgnoredState> {
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  const paths = (await askGit(place, args)).split('\0').filter((path) => path !== '');
  return Object.fromEntries(paths.map((path) => [path, digestEntry(join(place, path))]));
}

/** Writes the state of a worktree that is prepared and in which no agent has worked. */
export function writeIgnoredState(recordPath: string, state: IgnoredState): void {
  mkdirSync(dirname(recordPath), { recursive: true, mode: 0o700 });
  writeAtomic(recordPath, JSON.stringify({ version: 1, state }));
}

/** Reads a recorded state; undefined if there is none. */
export function readRecordedState(recordPath: string): IgnoredState | undefined {
  if (!existsSync(recordPath)) return undefined;
  return (JSON.parse(readBoundedText(recordPath)) as { state: IgnoredState }).state;
}

/** The ignored files of a worktree, compared with what is known. */
export interface IgnoredDifference {
  /** Entries that are new or were changed. */
  foreign: string[];
  /** Whether a known entry was changed or removed. */
  isKnownChanged: boolean;
}

/** Compares two states. Pure. */
export function compareIgnored(known: IgnoredState, now: IgnoredState): IgnoredDifference {
  const foreign = Object.keys(now).filter((path) => now[path] !== known[path]);
  return { foreign, isKnownChanged: Object.keys(known).some((path) => now[path] !== known[path]) };
}

/** Moves entries of a worktree into a folder of the same disk, at the same relative paths. */
export function setAside(place: string, aside: string, paths: readonly string[]): void {
  for (const path of paths) moveEntry(join(place, path), join(aside, path));
}

/**
 * Moves all entries back that were set aside; also those of a process that was killed. An entry whose place is taken goes to `leftovers`, or is removed
 * if tools rebuild it.
 */
export function bringBack(place: string, aside: string, leftovers: string): void {
  if (!existsSync(aside)) return;
  for (const path of listEntries(aside)) {
    if (lstatSync(join(place, path), { throwIfNoEntry: false }) === undefined)
      moveEntry(join(aside, path), join(place, path));
    else if (!isRebuiltFolder(path)) moveEntry(join(aside, path), freeName(join(leftovers, path)));
  }
  rmSync(aside, { recursive: true, force: true });
}

/** The entries of a folder that are to be moved as a whole: files, links, and folders whose place in the worktree is free or that tools rebuild. */
function listEntries(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() && !isRebuiltFolder(path) ? listEntries(folder, path) : [path];
  });
}

function moveEntry(from: string, to: string): void {
  const target = to.replace(/\/$/, '');
  mkdirSync(dirname(target), { recursive: true });
  renameSync(from.replace(/\/$/, ''), target);
}

function freeName(path: string): string {
  for (let n = 0; ; n += 1) {
    const name = n === 0 ? path : `${path}.${n}`;
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name;
  }
}

/** Identifies a file or a whole folder by sizes and times that an ordinary process cannot set. */
function digestEntry(path: string): string {
  const hash = createHash('sha256');
  let left = MAX_ENTRIES;
  const add = (entry: string, name: string): void => {
    const stat = lstatSync(entry, { throwIfNoEntry: false });
    if (stat === undefined || left <= 0) return;
    left -= 1;
    if (stat.isDirectory()) {
      hash.update(`${name}/\0${stat.mode}\0`);
      for (const child of readdirSync(entry).sort()) add(join(entry, child), `${name}/${child}`);
      return;
    }
    // Package managers link files into several worktrees, which changes the time of the inode.
    const time = stat.nlink > 1 ? `linked ${stat.mtimeMs}` : stat.ctimeMs;
    hash.update(`${name}\0${stat.mode}\0${stat.size}\0${time}\0`);
  };
  add(path.replace(/\/$/, ''), '');
  return left > 0 ? hash.digest('hex') : `too large ${randomHex(8)}`;
}
