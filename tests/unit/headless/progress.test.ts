import { describe, expect, it } from 'vitest';
import { renderProgress, renderTime } from '../../../src/headless/progress.ts';
import { readTuning } from '../../../src/headless/tuning.ts';

describe('the progress line', () => {
  it('says where the run is', () => {
    const progress = { wave: 2, waves: 5, done: 12, gaps: 1, open: 20, costUsd: 0.4242 };
    expect(renderProgress(progress, 8, 83_400)).toBe(
      'wave 2/5 · 8 running · 12 done · 1 failed · 01:23 · $0.42',
    );
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
