import { watchFolders } from '../../system/files/watch.ts';

/** Interval of polling, in milliseconds, for file systems that report no changes. */
const POLL_MS = 2_000;

export interface Waiting {
  folders: readonly string[];
  isOver(): boolean;
  timeoutMs: number;
  onInterrupt(stop: () => void): () => void;
}

/** Checks again at every change until the wait is over, times out or is interrupted; returns which. */
export async function waitUntil(waiting: Waiting): Promise<'over' | 'timeout' | 'interrupted'> {
  const deadline = performance.now() + waiting.timeoutMs;
  // Watch before the first check, so that no change in between is missed.
  const watch = watchFolders(waiting.folders);
  let isInterrupted = false;
  const stopListening = waiting.onInterrupt(() => {
    isInterrupted = true;
    watch.wake();
  });
  try {
    for (;;) {
      if (isInterrupted) return 'interrupted';
      if (waiting.isOver()) return 'over';
      const left = deadline - performance.now();
      if (left <= 0) return 'timeout';
      await watch.next(Math.min(POLL_MS, left));
    }
  } finally {
    stopListening();
    watch.close();
  }
}
