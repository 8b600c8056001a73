import type { Limits, Model } from '../run/ledger/manifest.ts';
import { type BackOff, backOffMs } from '../run/limits/back-off.ts';

/** The rate limit state that all agents of a model share. Times are milliseconds of one clock. */
export interface Limiter {
  /** Rate limits since the last success, those of one burst counted once. */
  strikes: number;
  lastStrike: number;
  /** Nothing starts before. */
  notBefore: number;
  /** The part of the capacity that is used, above 0 to 1. */
  share: number;
}

export const NO_RATE_LIMIT: Limiter = {
  strikes: 0,
  lastStrike: Number.NEGATIVE_INFINITY,
  notBefore: 0,
  share: 1,
};

const LEAST_SHARE = 1 / 16;
/** What one success gives back of the capacity. */
const RECOVERY = 1 / 16;

/**
 * After a rate limit: exponential back-off with full jitter, but at least the time that the service states (`statedMs`, 0 for none), and half the
 * capacity. Of attempts that began before the last strike, which were of the same burst, only the stated time is new. `random` is 0 to 1.
 */
export function recordRateLimit(
  limiter: Limiter,
  at: { startedAt: number; now: number; random: number; statedMs?: number },
  backOff: BackOff,
): Limiter {
  const stated = at.now + (at.statedMs ?? 0);
  if (at.startedAt < limiter.lastStrike)
    return stated > limiter.notBefore && at.statedMs ? { ...limiter, notBefore: stated } : limiter;
  return {
    strikes: limiter.strikes + 1,
    lastStrike: at.now,
    notBefore: Math.max(stated, at.now + backOffMs(limiter.strikes, at.random, backOff)),
    share: Math.max(LEAST_SHARE, limiter.share / 2),
  };
}

/** After an attempt that the service let through. */
export function recordSuccess(limiter: Limiter): Limiter {
  if (limiter.strikes === 0 && limiter.share === 1) return limiter;
  return { ...limiter, strikes: 0, share: Math.min(1, limiter.share + RECOVERY) };
}

/** The limiters of a run, by model; a model without a refusal has none. */
export type Limiters = ReadonlyMap<Model, Limiter>;

export function limiterOf(limiters: Limiters, model: Model | null): Limiter {
  return (model === null ? undefined : limiters.get(model)) ?? NO_RATE_LIMIT;
}

/** The limits while the service refuses models; commands of the engine itself ask no service. */
export function narrowLimits(limits: Limits, limiters: Limiters): Limits {
  const models = Object.fromEntries(
    Object.entries(limits.models).map(([model, limit]) => {
      const { share } = limiterOf(limiters, model as Model);
      return [model, share >= 1 ? limit : Math.max(1, Math.floor(limit * share))];
    }),
  ) as Record<Model, number>;
  return { ...limits, models };
}
