import { type FSWatcher, watch } from 'node:fs';

/** Waits for changes in folders; a slow poll beside it covers file systems that do not tell. */
export interface FolderWatch {
  /** Ends at the next change since the last call, or after `ms`. */
  next(ms: number): Promise<void>;
  /** Ends a wait that is under way, as a change would. */
  wake(): void;
  close(): void;
}

// A wave that ends writes many files at once: they are looked at together.
const SETTLE_MS = 50;

/** Watches folders (not what is below them); one that is not there is left to the poll. */
export function watchFolders(folders: readonly string[]): FolderWatch {
  let hasChanged = false;
  let resume: (() => void) | undefined;
  const wake = () => {
    hasChanged = true;
    resume?.();
  };
  const watchers = folders.flatMap((folder) => startWatcher(folder, wake));
  return {
    async next(ms) {
      if (!hasChanged) await pause(ms, (end) => (resume = end));
      resume = undefined;
      if (hasChanged) await pause(Math.min(SETTLE_MS, ms), () => undefined);
      hasChanged = false;
    },
    wake,
    close: () => watchers.forEach((watcher) => void watcher.close()),
  };
}

function startWatcher(folder: string, onChange: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, onChange);
    // A folder that is removed, or too many watchers on this machine: the poll goes on.
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

function pause(ms: number, onStart: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    onStart(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
