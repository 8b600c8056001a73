import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock, tryLock } from '../files/lock.ts';

const POLL_MS = { least: 2, most: 20 };

/** Callers of this process that wait for their turn, by lock: only those whose turn it is look at the disk. */
const turns = new Map<string, { taken: number; waiting: (() => void)[] }>();

/**
 * Runs `work` while nobody else, in this process or another, holds the lock. The wait leaves the event loop free, and callers of
 * this process come in their order. Throws an ExpectedError `lock-held` after `waitMs`.
 */
export function whileLocked<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  return whileOneIsLocked([path], waitMs, work);
}

/** The first of several locks that is free: at most so many do a thing at once. */
export async function whileOneIsLocked<T>(
  paths: readonly string[],
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const end = await takeTurn(paths.join('\0'), paths.length);
  try {
    const lock = await poll(paths, waitMs);
    return await work().finally(() => lock.release());
  } finally {
    end();
  }
}

async function takeTurn(key: string, places: number): Promise<() => void> {
  const turn = turns.get(key) ?? { taken: 0, waiting: [] };
  turns.set(key, turn);
  // Whoever ends hands its place on.
  if (turn.taken >= places) await new Promise<void>((resolve) => turn.waiting.push(resolve));
  else turn.taken += 1;
  return () => {
    const next = turn.waiting.shift();
    if (next) return next();
    turn.taken -= 1;
    if (turn.taken === 0) turns.delete(key);
  };
}

async function poll(paths: readonly string[], waitMs: number): Promise<Lock> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    for (const path of paths) {
      const lock = tryLock(path);
      if (lock) return lock;
    }
    // Asked without a wait it says who holds the lock.
    if (performance.now() >= deadline) return acquireLock(paths[0] ?? '', { waitMs: 0 });
    await sleep(POLL_MS.least + Math.random() * (POLL_MS.most - POLL_MS.least));
  }
}
