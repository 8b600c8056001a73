import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { identifyProcess, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { randomHex } from '../random-hex.ts';
import { errorCode } from './file-error.ts';

/** What a lock file says. `owner` is absent if the content cannot be read as one (a crash of the machine). */
export interface LockClaim {
  owner?: ProcessIdentity;
  /** Names this one act of taking; no two are the same. */
  nonce: string;
}

const WITHOUT_LINKS = new Set(['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EXDEV']);
/** Where a lock is created empty and then filled, its creator may be between the two for this long. */
const FILLING_MS = 2_000;
/** An empty temporary file names no owner; its creator was killed before it wrote. */
const LITTER_MS = 60_000;

export const createNonce = () => randomHex(16);

/** Our claim as a file beside the lock, ready to be linked to its name. */
export function writeClaim(path: string, nonce: string): string {
  const temp = `${path}.${nonce}.tmp`;
  try {
    writeFileSync(temp, serializeClaim(nonce), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // A full disk leaves an empty file.
    removeFile(temp);
    throw error;
  }
  return temp;
}

/** Removes the temporary files of whoever was killed while taking the lock; the dead cannot link them any more. */
export function sweepClaims(path: string, now: number): void {
  const mayBeClaim = (name: string) => name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp');
  for (const name of readdirSync(dirname(path)).filter(mayBeClaim)) {
    const temp = join(dirname(path), name);
    const owner = readClaim(temp)?.owner;
    if (owner ? !isAlive(owner) : isOlder(temp, LITTER_MS, now)) removeFile(temp);
  }
}

/** Removes a file; that there is none is fine. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function serializeClaim(nonce: string): string {
  return JSON.stringify({ owner: identifyProcess() ?? { pid: process.pid, started: '', boot: '' }, nonce });
}

/** Puts the claim at the lock's name, complete from the first moment on; false if there is one already. */
export function placeClaim(temp: string, path: string, nonce: string): boolean {
  try {
    linkSync(temp, path);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
    return createExclusively(path, nonce);
  }
}

/** For file systems without hard links: for a moment the lock is there and empty, which `readClaim` knows. */
export function createExclusively(path: string, nonce: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(fd, serializeClaim(nonce));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // Whoever found it empty for too long may have broken it: then the name is gone, or another's.
  return readClaim(path)?.nonce === nonce;
}

/** Who holds the lock; nothing if nobody does. */
export function readClaim(path: string): LockClaim | undefined {
  try {
    return parseClaim(readFileSync(path, 'utf8')) ?? describeUnreadable(statSync(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function parseClaim(text: string): LockClaim | undefined {
  try {
    const { owner, nonce } = JSON.parse(text) as Partial<LockClaim>;
    const isWhole = typeof owner?.pid === 'number' && typeof owner.started === 'string';
    return isWhole && typeof nonce === 'string' && /^[0-9a-f]+$/.test(nonce) ? { owner, nonce } : undefined;
  } catch {
    return undefined;
  }
}

function describeUnreadable(stat: Stats): LockClaim {
  return { nonce: `unreadable-${stat.ino}-${Math.trunc(stat.mtimeMs)}` };
}

/** Whether a claim without an owner is old enough that nobody can be filling it any more. */
export const isAbandoned = (path: string, now: number) => isOlder(path, FILLING_MS, now);

function isOlder(path: string, ms: number, now: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Math.abs(now - stat.mtimeMs) > ms;
}
