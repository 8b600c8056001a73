import { isAlive } from '../process/identity.ts';
import { ExpectedError, fault } from '../result.ts';
import { describeFileError } from './file-error.ts';
import {
  createNonce,
  isAbandoned,
  type LockClaim,
  placeClaim,
  readClaim,
  removeFile,
  sweepClaims,
  writeClaim,
} from './lock-file.ts';

export interface Lock {
  /** Whether the lock file is still our claim: a fence for long work, asked before each write that it guards. */
  isHeld(): boolean;
  release(): void;
}

export interface LockOptions {
  /** How long to wait for another owner, in ms. Default 10,000. */
  waitMs?: number;
}

const DEFAULT_WAIT_MS = 10_000;
const POLL_MS = { least: 1, most: 20 };

/** The locks of this thread: to wait for one of them would be to wait for oneself. */
const ours = new Set<string>();

/** Runs `fn` while no other process holds the lock; throws an ExpectedError `lock-held` if it stays held. */
export function withLock<T>(path: string, fn: () => T, options: LockOptions = {}): T {
  const lock = acquireLock(path, options);
  try {
    return fn();
  } finally {
    lock.release();
  }
}

/** Takes the lock for as long as the caller likes; it ends with `release`, or with this process. */
export function acquireLock(path: string, options: LockOptions = {}): Lock {
  if (ours.has(path)) throw new Error(`the lock ${path} is taken twice by the same code`);
  return claim(path, options.waitMs ?? DEFAULT_WAIT_MS) ?? throwHeld(path, options.waitMs ?? DEFAULT_WAIT_MS);
}

/** Takes the lock if it is free or its owner is dead. */
export function tryLock(path: string): Lock | undefined {
  return ours.has(path) ? undefined : claim(path, 0);
}

function claim(path: string, waitMs: number): Lock | undefined {
  const nonce = createNonce();
  try {
    if (!claimAt(path, nonce, waitMs)) return undefined;
  } catch (error) {
    throw describeFileError(error, path, 'take the lock');
  }
  ours.add(path);
  return { isHeld: () => readClaim(path)?.nonce === nonce, release: () => release(path, nonce) };
}

function claimAt(path: string, nonce: string, waitMs: number): boolean {
  const temp = writeClaim(path, nonce);
  // Node loads its clock when it is first asked: not for a lock that is free.
  let deadline: number | undefined;
  try {
    for (;;) {
      if (placeClaim(temp, path, nonce)) return true;
      deadline ??= performance.now() + waitMs;
      if (breakStale(path, path)) continue;
      if (performance.now() >= deadline) return false;
      pause();
    }
  } finally {
    removeFile(temp);
  }
}

function release(path: string, nonce: string): void {
  ours.delete(path);
  try {
    if (readClaim(path)?.nonce === nonce) removeFile(path);
  } catch (error) {
    throw describeFileError(error, path, 'release the lock');
  }
}

/**
 * Removes the lock of a dead owner. Two breakers must never clash: one could remove what a third has taken in between. So a
 * breaker first takes a marker named after that one dead claim, then looks again, and only then removes. While the marker
 * is held, that claim can be removed by nobody else, and under another claim the look again finds another nonce.
 * The marker is itself a lock, broken by the same rule. True if it is worth trying again at once.
 */
function breakStale(path: string, base: string): boolean {
  const found = readClaim(path);
  if (!found) return true;
  if (!isStale(path, found)) return false;
  const marker = `${base}.break-${found.nonce}`;
  const nonce = createNonce();
  const temp = writeClaim(base, nonce);
  try {
    if (!placeClaim(temp, marker, nonce)) return breakStale(marker, base);
  } finally {
    removeFile(temp);
  }
  try {
    if (readClaim(path)?.nonce === found.nonce) removeFile(path);
  } finally {
    removeFile(marker);
  }
  sweepClaims(base, Date.now());
  return true;
}

function isStale(path: string, claim: LockClaim): boolean {
  return claim.owner ? !isAlive(claim.owner) : isAbandoned(path, Date.now());
}

/** Unequal pauses, or the waiting would come all at once, again and again. */
function pause(): void {
  const ms = POLL_MS.least + Math.random() * (POLL_MS.most - POLL_MS.least);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function throwHeld(path: string, waitedMs: number): never {
  const owner = readClaim(path)?.owner;
  const holder = owner ? `process ${owner.pid}` : 'another process';
  throw new ExpectedError(
    fault({
      code: 'lock-held',
      message: `${path} is held by ${holder}; waited ${waitedMs} ms`,
      target: path,
      fix: owner
        ? `Let process ${owner.pid} finish or end it (\`ps -p ${owner.pid}\`), then run the same command again. If it is gone, remove ${path}.`
        : `Run the same command again. If nothing else works on this run, remove ${path}.`,
    }),
  );
}
