import { statSync } from 'node:fs';

/** Checks per idle time. A check that a busy or sleeping machine delays counts once. */
const CHECKS = 4;

export interface Watchdog {
  stop(): void;
}

/**
 * Calls `onStall` once if neither the result of `progress` nor the watched file has changed for `idleMs` milliseconds. The time is
 * counted in checks, not on a clock, so that a laptop that slept for an hour does not count as a stalled agent.
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
    if (quiet < CHECKS) return;
    clearInterval(timer);
    onStall();
  }, idleMs / CHECKS);
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
