import { describeProcess, isAlive, isElsewhere, type ProcessIdentity } from '../process/identity.ts';
import { ExpectedError, fault } from '../result.ts';
import { describeFileError } from './file-error.ts';
import {
  createNonce,
  deleteStaleClaims,
  isAbandonedClaim,
  type LockClaim,
  placeLockClaim,
  readLockClaim,
  removeFile,
  writeLockClaim,
} from './lock-file.ts';

export interface FileLock {
  /** Whether the lock file still holds this claim. Long work checks it before each write that the lock guards. */
  isHeld(): boolean;
  release(): void;
}

export interface LockOptions {
  /** How long to wait for another owner, in ms. Default 10,000. */
  waitMs?: number;
}

const DEFAULT_WAIT_MS = 10_000;
const POLL_MS = { least: 1, most: 20 };

/** The locks that this thread holds. Waiting for one of them would be a deadlock. */
const heldPaths = new Set<string>();

/** Runs `fn` while this process holds the lock. Throws an ExpectedError `lock-held` if the lock is not free in time. */
export function withLock<T>(path: string, fn: () => T, options: LockOptions = {}): T {
  const lock = acquireLock(path, options);
  try {
    return fn();
  } finally {
    lock.release();
  }
}

/** Acquires the lock until `release` or the end of this process. Throws an ExpectedError `lock-held` if it is not free in time. */
export function acquireLock(path: string, options: LockOptions = {}): FileLock {
  if (heldPaths.has(path)) throw new Error(`the lock ${path} was acquired twice by the same thread`);
  return (
    tryClaim(path, options.waitMs ?? DEFAULT_WAIT_MS) ?? throwHeld(path, options.waitMs ?? DEFAULT_WAIT_MS)
  );
}

/** Acquires the lock if it is free or its owner is dead; undefined otherwise. Does not wait. */
export function tryLock(path: string): FileLock | undefined {
  return heldPaths.has(path) ? undefined : tryClaim(path, 0);
}

function tryClaim(path: string, waitMs: number): FileLock | undefined {
  const nonce = createNonce();
  try {
    if (!waitForClaim(path, nonce, waitMs)) return undefined;
  } catch (error) {
    throw describeFileError(error, path, 'take the lock');
  }
  heldPaths.add(path);
  return { isHeld: () => readLockClaim(path)?.nonce === nonce, release: () => release(path, nonce) };
}

function waitForClaim(path: string, nonce: string, waitMs: number): boolean {
  const temp = writeLockClaim(path, nonce);
  // Node loads its clock at the first use, so a free lock does not read it.
  let deadline: number | undefined;
  try {
    for (;;) {
      if (placeLockClaim(temp, path, nonce)) return true;
      deadline ??= performance.now() + waitMs;
      if (removeStaleLock(path, path)) continue;
      if (performance.now() >= deadline) return false;
      sleepRandomly();
    }
  } finally {
    removeFile(temp);
  }
}

function release(path: string, nonce: string): void {
  heldPaths.delete(path);
  try {
    if (readLockClaim(path)?.nonce === nonce) removeFile(path);
  } catch (error) {
    throw describeFileError(error, path, 'release the lock');
  }
}

/**
 * Removes the lock of a dead owner. Two processes must not do this at once: one could remove a lock that a third has acquired
 * in between. So a process first creates a marker named after the dead claim's nonce, reads the lock again, and removes it only
 * if the nonce is the same. Only the holder of the marker may remove that claim. The marker is itself a lock, broken by the same
 * rule. Returns true if the caller should retry at once.
 */
function removeStaleLock(path: string, base: string): boolean {
  const found = readLockClaim(path);
  if (!found) return true;
  if (!isStale(path, found)) return false;
  const marker = `${base}.break-${found.nonce}`;
  const nonce = createNonce();
  const temp = writeLockClaim(base, nonce);
  try {
    if (!placeLockClaim(temp, marker, nonce)) return removeStaleLock(marker, base);
  } finally {
    removeFile(temp);
  }
  try {
    if (readLockClaim(path)?.nonce === found.nonce) removeFile(path);
  } finally {
    removeFile(marker);
  }
  deleteStaleClaims(base, Date.now());
  return true;
}

function isStale(path: string, claim: LockClaim): boolean {
  return claim.owner ? !isAlive(claim.owner) : isAbandonedClaim(path, Date.now());
}

/** Random pauses, so that waiting processes do not retry all at the same time. */
function sleepRandomly(): void {
  const ms = POLL_MS.least + Math.random() * (POLL_MS.most - POLL_MS.least);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Who holds a lock, and what a caller can do who does not want to wait. */
export function describeLockHolder(path: string): { name: string; ending: string } {
  const owner = readLockClaim(path)?.owner;
  if (!owner) return { name: 'another process', ending: 'wait for it, then run the same command again' };
  const ending = isElsewhere(owner)
    ? `wait for it, or end it there; if that container or sandbox does not run any more: rm ${path}`
    : `wait for it, or end it: kill ${owner.pid}`;
  return { name: describeProcess(owner), ending };
}

function describeWait(owner: ProcessIdentity, path: string): string {
  if (isElsewhere(owner))
    return `Wait for it to finish, or end it in its container, then run the same command again. If that container or sandbox does not run any more, remove the lock: rm ${path}`;
  return `Wait for process ${owner.pid} to finish, or end it (\`ps -p ${owner.pid}\`), then run the same command again. If the process does not exist, remove ${path}.`;
}

function throwHeld(path: string, waitedMs: number): never {
  const owner = readLockClaim(path)?.owner;
  const holder = owner ? describeProcess(owner) : 'another process';
  throw new ExpectedError(
    fault({
      code: 'lock-held',
      message: `the lock ${path} is held by ${holder}; waited ${waitedMs} ms`,
      target: path,
      fix: owner
        ? describeWait(owner, path)
        : `Run the same command again. If no other process works on this run, remove ${path}.`,
    }),
  );
}
