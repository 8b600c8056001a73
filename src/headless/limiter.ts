import type { Limits, Model } from '../run/ledger/manifest.ts';

/** The rate limit state that all agents of a run share. Times are milliseconds of one clock. */
export interface Limiter {
  /** Rate limits since the last success, those of one burst counted once. */
  strikes: number;
  lastStrike: number;
  /** Nothing starts before. */
  notBefore: number;
  /** The part of the capacity that is used, above 0 to 1. */
  share: number;
}

export interface BackOff {
  baseMs: number;
  capMs: number;
}

export const NO_RATE_LIMIT: Limiter = {
  strikes: 0,
  lastStrike: Number.NEGATIVE_INFINITY,
  notBefore: 0,
  share: 1,
};
export const DEFAULT_BACK_OFF: BackOff = { baseMs: 1000, capMs: 60_000 };

const LEAST_SHARE = 1 / 16;
/** What one success gives back of the capacity. */
const RECOVERY = 1 / 16;

/**
 * After a rate limit: exponential back-off with full jitter, and half the capacity. Attempts that began before the last
 * strike were of the same burst and say nothing new. `random` is 0 to 1.
 */
export function recordRateLimit(
  limiter: Limiter,
  at: { startedAt: number; now: number; random: number },
  { baseMs, capMs }: BackOff,
): Limiter {
  if (at.startedAt < limiter.lastStrike) return limiter;
  const longest = Math.min(capMs, baseMs * 2 ** Math.min(limiter.strikes, 30));
  return {
    strikes: limiter.strikes + 1,
    lastStrike: at.now,
    notBefore: at.now + Math.round(at.random * longest),
    share: Math.max(LEAST_SHARE, limiter.share / 2),
  };
}

/** After an attempt that the service let through. */
export function recordSuccess(limiter: Limiter): Limiter {
  if (limiter.strikes === 0 && limiter.share === 1) return limiter;
  return { ...limiter, strikes: 0, share: Math.min(1, limiter.share + RECOVERY) };
}

/** The limits while the service is short; commands of the engine itself ask no service. */
export function narrowLimits(limits: Limits, share: number): Limits {
  if (share >= 1) return limits;
  const narrow = (limit: number) => Math.max(1, Math.floor(limit * share));
  const models = Object.fromEntries(
    Object.entries(limits.models).map(([model, limit]) => [model, narrow(limit)]),
  ) as Record<Model, number>;
  return { ...limits, models };
}

const WORDS = /rate.?limit|too many requests|overloaded|\b429\b|\b529\b/i;

/** Returns whether the last output of a failed program reports a rate limit. */
export function soundsLimited(text: string): boolean {
  return WORDS.test(text);
}
