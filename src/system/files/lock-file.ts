import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { identifyProcess, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { randomHex } from '../random-hex.ts';
import { readBoundedText } from './bounded.ts';
import { systemErrorCode } from './file-error.ts';

/** The content of a lock file. `owner` is absent if the content cannot be parsed (after a crash of the machine). */
export interface LockClaim {
  owner?: ProcessIdentity;
  /** Unique for each acquisition of a lock. */
  nonce: string;
}

const NO_HARD_LINK_CODES = new Set(['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EXDEV']);
/** Without hard links, a lock file is created empty and then filled; its owner may take this long in between. */
const MAX_FILLING_MS = 2_000;
/** An empty temporary file older than this was left by a process that was killed before it wrote its claim. */
const MAX_UNNAMED_MS = 60_000;

export const createNonce = () => randomHex(16);

/** Writes the claim of this process to a temporary file next to the lock, for `placeClaim`. Returns its path. */
export function writeLockClaim(path: string, nonce: string): string {
  const temp = `${path}.${nonce}.tmp`;
  try {
    writeFileSync(temp, serializeClaim(nonce), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // On a full disk, an empty file remains.
    removeFile(temp);
    throw error;
  }
  return temp;
}

/** Removes temporary claim files of processes that were killed while they acquired the lock. `now`: ms since the epoch. */
export function deleteStaleClaims(path: string, now: number): void {
  const mayBeClaim = (name: string) => name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp');
  for (const name of readdirSync(dirname(path)).filter(mayBeClaim)) {
    const temp = join(dirname(path), name);
    const owner = readLockClaim(temp)?.owner;
    if (owner ? !isAlive(owner) : isOlder(temp, MAX_UNNAMED_MS, now)) removeFile(temp);
  }
}

/** Removes a file if it exists. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

function serializeClaim(nonce: string): string {
  return JSON.stringify({ owner: identifyProcess() ?? { pid: process.pid, started: '', boot: '' }, nonce });
}

/** Links the claim to the lock's name, so that the lock file is never incomplete. False if the lock exists already. */
export function placeLockClaim(temp: string, path: string, nonce: string): boolean {
  try {
    linkSync(temp, path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!NO_HARD_LINK_CODES.has(code)) throw error;
    return createExclusively(path, nonce);
  }
}

/** Creates the lock on file systems without hard links. The lock file is briefly empty; `readClaim` handles that. */
export function createExclusively(path: string, nonce: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(fd, serializeClaim(nonce));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // Another process may have broken the lock because the file was empty for too long.
  return readLockClaim(path)?.nonce === nonce;
}

/** Reads the claim of the process that holds the lock; undefined if the lock is free. */
export function readLockClaim(path: string): LockClaim | undefined {
  try {
    return parseLockClaim(readBoundedText(path)) ?? describeUnreadable(statSync(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined if the text is not a complete claim. */
export function parseLockClaim(text: string): LockClaim | undefined {
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

/** Whether a claim without an owner is so old that its creator cannot be filling it any more. */
export const isAbandonedClaim = (path: string, now: number) => isOlder(path, MAX_FILLING_MS, now);

function isOlder(path: string, ms: number, now: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Math.abs(now - stat.mtimeMs) > ms;
}
