import { describe, expect, it } from 'vitest';
import { renderProgress, renderTime } from '../../../src/headless/progress.ts';
import { readTuning } from '../../../src/headless/tuning.ts';

describe('the progress line', () => {
  it('says where the run is', () => {
    const progress = {
      wave: 2,
      waves: 5,
      done: 12,
      gaps: 1,
      open: 20,
      costUsd: 0.4242,
      assumedUsd: 0,
      unpriced: 0,
    };
    expect(renderProgress(progress, 8, 83_400)).toBe(
      'wave 2/5 · 8 running · 12 done · 1 failed · 01:23 · $0.42',
    );
  });

  it('does not tell an unknown cost as 0', () => {
    const progress = { wave: 1, waves: 1, done: 1, gaps: 0, open: 1, assumedUsd: 0 };
    const end = (costUsd: number, unpriced: number) =>
      renderProgress({ ...progress, costUsd, unpriced }, 1, 0)
        .split(' · ')
        .at(-1);
    expect([end(0, 0), end(0, 1), end(0.4, 1)]).toEqual(['$0.00', 'cost not reported', 'at least $0.40']);
  });

  it.each([
    [0, '00:00'],
    [59_999, '00:59'],
    [3_723_000, '1:02:03'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(renderTime(ms)).toBe(text);
  });
});

describe('readTuning', () => {
  it('has defaults, and takes no nonsense', () => {
    const defaults = { backOff: { baseMs: 1000, capMs: 60_000 }, graceMs: 5000 };
    expect(readTuning({})).toEqual(defaults);
    expect(readTuning({ SAO_BACKOFF_MS: 'soon', SAO_GRACE_MS: '-1' })).toEqual(defaults);
    expect(readTuning({ SAO_BACKOFF_MS: '10' }).backOff).toEqual({ baseMs: 10, capMs: 600 });
  });
});
