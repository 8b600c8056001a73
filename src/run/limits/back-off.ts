/** The waits after refusals in a row, in milliseconds. */
export interface BackOff {
  baseMs: number;
  capMs: number;
}

export const DEFAULT_BACK_OFF: BackOff = { baseMs: 1000, capMs: 60_000 };

/** Exponential back-off with full jitter, in milliseconds: `random` (0 to 1) of the longest wait after `strikes` earlier refusals. Pure. */
export function backOffMs(strikes: number, random: number, { baseMs, capMs }: BackOff): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** Math.min(strikes, 30)));
}
