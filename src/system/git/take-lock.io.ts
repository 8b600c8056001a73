import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type FileLock, tryLock } from '../files/lock.ts';

const POLL_MS = { least: 2, most: 20 };

/** Waiting callers of this process, by lock. Only callers whose turn it is poll the lock file. */
const turns = new Map<string, { taken: number; waiting: (() => void)[] }>();

/**
 * Runs `work` while it alone holds the lock, in this process and all others. Waiting does not block the event loop. Callers of
 * this process get the lock in the order of their calls. Throws an ExpectedError `lock-held` after `waitMs` milliseconds.
 */
export function withAsyncLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  return withOneOfLocks([path], waitMs, work);
}

/** Like `whileLocked`, with the first free one of several locks, so that at most that many callers work at once. */
export async function withOneOfLocks<T>(
  paths: readonly string[],
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const end = await waitForTurn(paths.join('\0'), paths.length);
  try {
    const lock = await pollLocks(paths, waitMs);
    return await work().finally(() => lock.release());
  } finally {
    end();
  }
}

async function waitForTurn(key: string, places: number): Promise<() => void> {
  const turn = turns.get(key) ?? { taken: 0, waiting: [] };
  turns.set(key, turn);
  // A caller that ends passes its slot to the next waiting one.
  if (turn.taken >= places) await new Promise<void>((resolve) => turn.waiting.push(resolve));
  else turn.taken += 1;
  return () => {
    const next = turn.waiting.shift();
    if (next) return next();
    turn.taken -= 1;
    if (turn.taken === 0) turns.delete(key);
  };
}

async function pollLocks(paths: readonly string[], waitMs: number): Promise<FileLock> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    for (const path of paths) {
      const lock = tryLock(path);
      if (lock) return lock;
    }
    // Without a wait, this call throws the error that names the lock's owner.
    if (performance.now() >= deadline) return acquireLock(paths[0] ?? '', { waitMs: 0 });
    await sleep(POLL_MS.least + Math.random() * (POLL_MS.most - POLL_MS.least));
  }
}
