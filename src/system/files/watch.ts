import { type FSWatcher, watch } from 'node:fs';

/** Waits for changes in folders. Callers also poll slowly, because some file systems report no changes. */
export interface FolderWatch {
  /** Resolves at the first change since the last call, or after `ms` milliseconds. */
  next(ms: number): Promise<void>;
  /** Ends the current wait, as a change would. */
  wake(): void;
  close(): void;
}

// The agents of a wave write many files at once: wait briefly to handle them together.
const SETTLE_MS = 50;

/** Watches folders, without their subfolders. A folder that does not exist is not watched. */
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
    // The folder was removed, or the machine has too many watchers. The caller still polls.
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
