import { describe, expect, it } from 'vitest';
import { readTuning } from '../../../src/headless/tuning.ts';

describe('readTuning', () => {
  it('has defaults, and takes no nonsense', () => {
    const defaults = { backOff: { baseMs: 1000, capMs: 60_000 }, graceMs: 5000 };
    expect(readTuning({})).toEqual(defaults);
    expect(readTuning({ SAO_BACKOFF_MS: 'soon', SAO_GRACE_MS: '-1' })).toEqual(defaults);
    expect(readTuning({ SAO_BACKOFF_MS: '10' }).backOff).toEqual({ baseMs: 10, capMs: 600 });
  });
});
