import { lstatSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../files/atomic.ts';
import { listNamesIfReadable, readTextIfReadable } from '../files/bounded.ts';
import { withLock } from '../files/lock.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { stateFolderOfUser } from '../user-home.io.ts';

/** What one process needs as places of mounts, and what of it was missing before. */
interface MountPoints {
  version: 1;
  owner: ProcessIdentity;
  /** Every path that a sandbox of the process needs. */
  used: string[];
  /** What the process has made, in this order: folders, and files with their text. */
  made: { path: string; text?: string }[];
}

let own: MountPoints | undefined;

/**
 * Makes missing folders and files that a sandbox needs as places of mounts: an agent could make them otherwise. What is still empty or unchanged at the
 * end of this process is removed, unless the sandbox of another process needs it.
 */
export function makeMountPoints(
  folders: readonly string[],
  files: Readonly<Record<string, string>> = {},
): void {
  const points = openOwn();
  const plan = () => [
    ...folders.flatMap((path) => planFolder(points, path)),
    ...Object.entries(files).flatMap(([path, text]) => planFile(points, path, text)),
  ];
  try {
    underLock(() => {
      const missing = plan();
      // Before they are made: a process that is killed meanwhile leaves nothing that the next one does not know.
      points.made.push(...missing);
      keepRecord(points);
      for (const each of missing) make(each);
    });
  } catch {
    // The state folder cannot be used. Without a record the next process does not remove what this one leaves when it is killed.
    const missing = plan();
    points.made.push(...missing);
    for (const each of missing) make(each);
  }
}

function openOwn(): MountPoints {
  if (own) return own;
  own = {
    version: 1,
    owner: identifyProcess() ?? { pid: process.pid, started: '', boot: '' },
    used: [],
    made: [],
  };
  process.once('exit', () => removeMountPoints());
  return own;
}

function planFolder({ used }: MountPoints, path: string): MountPoints['made'] {
  used.push(path);
  const missing: string[] = [];
  for (let at = path; isMissing(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  return missing.map((each) => ({ path: each }));
}

function planFile({ used }: MountPoints, path: string, text: string): MountPoints['made'] {
  used.push(path);
  return isMissing(path) ? [{ path, text }] : [];
}

function make({ path, text }: MountPoints['made'][number]): void {
  try {
    if (text === undefined) mkdirSync(path, { mode: 0o700 });
    else writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch {
    // Where the user cannot make it, an agent cannot either.
  }
}

/** Removes what processes have left that were killed. Reads one folder if there is nothing. */
export function removeLeftMountPoints(): void {
  const records = listNamesIfReadable(recordFolder()).flatMap(readRecord);
  if (records.some(({ owner }) => owner.pid !== process.pid && !isAlive(owner)))
    removeMountPoints({ isEnd: false });
}

/** Removes what was made and is not needed any more, also for processes that have ended without doing so. */
function removeMountPoints({ isEnd = true } = {}): void {
  try {
    underLock(() => {
      const records = listNamesIfReadable(recordFolder()).flatMap(readRecord);
      const isOver = ({ owner }: MountPoints) => (owner.pid === process.pid ? isEnd : !isAlive(owner));
      const needed = new Set(records.filter((record) => !isOver(record)).flatMap(({ used }) => used));
      for (const record of records.filter(isOver)) {
        const kept = record.made.filter(({ path }) => needed.has(path));
        for (const each of record.made.filter(({ path }) => !needed.has(path)).reverse()) remove(each);
        keepRecord({ ...record, used: [], made: kept });
      }
    });
  } catch {
    // Empty folders do no harm.
  }
}

function remove({ path, text }: MountPoints['made'][number]): void {
  try {
    if (text === undefined) rmdirSync(path);
    else if (lstatSync(path).isFile() && readTextIfReadable(path) === text) rmSync(path);
  } catch {
    // It is in use, or gone.
  }
}

const recordFolder = () => join(stateFolderOfUser(), 'mount-points');
const recordPath = ({ owner }: MountPoints) => join(recordFolder(), `${owner.pid}-${owner.started}.json`);

function underLock(work: () => void): void {
  mkdirSync(recordFolder(), { recursive: true, mode: 0o700 });
  withLock(join(stateFolderOfUser(), 'mount-points.lock'), work);
}

function keepRecord(points: MountPoints): void {
  if (points.used.length === 0 && points.made.length === 0) rmSync(recordPath(points), { force: true });
  else writeAtomic(recordPath(points), `${JSON.stringify(points)}\n`, { durable: false });
}

function readRecord(name: string): MountPoints[] {
  try {
    const record = JSON.parse(readTextIfReadable(join(recordFolder(), name))) as MountPoints;
    return Array.isArray(record.made) && Array.isArray(record.used) ? [record] : [];
  } catch {
    return [];
  }
}

function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
