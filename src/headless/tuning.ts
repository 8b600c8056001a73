import { type BackOff, DEFAULT_BACK_OFF } from '../run/limits/back-off.ts';

/** Times that tests, and services with other habits, may want otherwise. */
export interface Tuning {
  backOff: BackOff;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
}

const DEFAULT_GRACE_MS = 5000;

/** Milliseconds. `SAO_BACKOFF_MS`: the first wait after a rate limit; `SAO_GRACE_MS`: the time between SIGTERM and SIGKILL of a group. */
export function readTuning(env: Readonly<Record<string, string | undefined>>): Tuning {
  const baseMs = readMs(env.SAO_BACKOFF_MS) ?? DEFAULT_BACK_OFF.baseMs;
  const ratio = DEFAULT_BACK_OFF.capMs / DEFAULT_BACK_OFF.baseMs;
  return {
    backOff: { baseMs, capMs: baseMs * ratio },
    graceMs: readMs(env.SAO_GRACE_MS) ?? DEFAULT_GRACE_MS,
  };
}

function readMs(value: string | undefined): number | undefined {
  const ms = Number(value);
  return value !== undefined && value !== '' && Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
