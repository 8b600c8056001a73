import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock, tryLock } from '../files/lock.ts';

const POLL_MS = { least: 2, most: 20 };

const queues = new Map<string, Promise<void>>();

/**
 * Runs `work` while nobody else, in this process or another, holds the lock. The wait leaves the event loop free, and callers of
 * this process come in their order. Throws an ExpectedError `lock-held` after `waitMs`.
 */
export async function whileLocked<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const { promise: ended, resolve: end } = withResolvers();
  const turn = before.then(() => ended);
  queues.set(path, turn);
  await before;
  try {
    const lock = await poll([path], waitMs);
    return await work().finally(() => lock.release());
  } finally {
    end();
    if (queues.get(path) === turn) queues.delete(path);
  }
}

/** The first of several locks that is free: at most so many do a thing at once. */
export async function whileOneIsLocked<T>(
  paths: readonly string[],
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await poll(paths, waitMs);
  return await work().finally(() => lock.release());
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

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
