import { statSync } from 'node:fs';

/** Looks in one idle time; a look that a busy or sleeping machine delays still counts as one. */
const LOOKS = 4;

export interface Watchdog {
  stop(): void;
}

/**
 * Calls `onStall` once when nothing has changed for `idleMs`: neither what `progress` returns nor the watched file. Counted in
 * looks and not on a clock, so that a laptop that slept for an hour does not look like a stalled agent.
 */
export function watchProgress(
  idleMs: number,
  progress: () => string | number,
  onStall: () => void,
  watchPath?: string,
): Watchdog {
  const look = () => `${progress()} ${watchPath === undefined ? '' : describeFile(watchPath)}`;
  let last = look();
  let quiet = 0;
  const timer = setInterval(() => {
    const now = look();
    quiet = now === last ? quiet + 1 : 0;
    last = now;
    if (quiet < LOOKS) return;
    clearInterval(timer);
    onStall();
  }, idleMs / LOOKS);
  return { stop: () => clearInterval(timer) };
}

function describeFile(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return 'missing';
  }
}
