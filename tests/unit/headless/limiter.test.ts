import { describe, expect, it } from 'vitest';
import {
  NO_RATE_LIMIT,
  narrowLimits,
  recordRateLimit,
  recordSuccess,
} from '../../../src/headless/limiter.ts';
import { DEFAULT_LIMITS } from '../../../src/run/ledger/manifest.ts';

const BACK_OFF = { baseMs: 1000, capMs: 60_000 };
const at = (now: number, startedAt = now, random = 1) => ({ now, startedAt, random });

describe('the shared limiter', () => {
  it('waits twice as long after each strike, up to the cap', () => {
    let limiter = NO_RATE_LIMIT;
    const waits: number[] = [];
    for (let now = 0; waits.length < 9; now = limiter.notBefore) {
      limiter = recordRateLimit(limiter, at(now), BACK_OFF);
      waits.push(limiter.notBefore - now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('draws the wait from the whole span', () => {
    expect(recordRateLimit(NO_RATE_LIMIT, at(0, 0, 0), BACK_OFF).notBefore).toBe(0);
    expect(recordRateLimit(NO_RATE_LIMIT, at(0, 0, 0.25), BACK_OFF).notBefore).toBe(250);
  });

  it('counts a burst once: attempts that began before the last strike say nothing new', () => {
    const first = recordRateLimit(NO_RATE_LIMIT, at(100, 50), BACK_OFF);
    expect(recordRateLimit(first, at(110, 60), BACK_OFF)).toBe(first);
    expect(recordRateLimit(first, at(2000, 1500), BACK_OFF).strikes).toBe(2);
  });

  it('waits at least the time that the service states, also for the later answers of a burst', () => {
    const first = recordRateLimit(NO_RATE_LIMIT, { ...at(100, 50), statedMs: 20_000 }, BACK_OFF);
    expect(first.notBefore).toBe(20_100);
    const later = recordRateLimit(first, { ...at(110, 60), statedMs: 30_000 }, BACK_OFF);
    expect(later).toEqual({ ...first, notBefore: 30_110 });
    expect(recordRateLimit(first, { ...at(110, 60), statedMs: 100 }, BACK_OFF)).toBe(first);
  });

  it('halves the capacity with each strike and gives it back step by step', () => {
    let limiter = recordRateLimit(recordRateLimit(NO_RATE_LIMIT, at(0), BACK_OFF), at(5000), BACK_OFF);
    expect(limiter.share).toBe(1 / 4);
    limiter = recordSuccess(limiter);
    expect(limiter).toMatchObject({ strikes: 0, share: 5 / 16 });
    for (let i = 0; i < 20; i += 1) limiter = recordSuccess(limiter);
    expect(limiter.share).toBe(1);
  });

  it('narrows the limit of the refused model alone, never to nothing', () => {
    expect(narrowLimits(DEFAULT_LIMITS, new Map())).toEqual(DEFAULT_LIMITS);
    const refused = (share: number) => new Map([['haiku' as const, { ...NO_RATE_LIMIT, share }]]);
    expect(narrowLimits(DEFAULT_LIMITS, refused(0.5))).toMatchObject({
      models: { haiku: 6, sonnet: 8, opus: 4 },
      commands: 8,
    });
    expect(narrowLimits(DEFAULT_LIMITS, refused(0.01)).models.haiku).toBe(1);
  });
});
