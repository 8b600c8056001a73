import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../src/run/dispatch/action.ts';
import {
  advisePatience,
  countRepeats,
  parseLastWait,
  patienceOf,
} from '../../../../src/session/next/patience.ts';

describe('the time before a repeated answer', () => {
  it.each([
    [0, {}, 0],
    [1, {}, 5000],
    [2, {}, 15_000],
    [3, {}, 45_000],
    [4, {}, 45_000],
    [900, {}, 45_000],
    [1, { SAO_WAIT_MS: '20' }, 20],
    [2, { SAO_WAIT_MS: '20' }, 60],
    [3, { SAO_WAIT_MS: '20' }, 180],
    [3, { SAO_WAIT_MS: '60000' }, 90_000],
    [0, { SAO_WAIT_MS: '20' }, 0],
    [1, { SAO_WAIT_MS: '' }, 5000],
    [1, { SAO_WAIT_MS: '-1' }, 5000],
    [1, { SAO_WAIT_MS: 'soon' }, 5000],
  ])('is for repeat %d with %j: %d ms', (repeats, env, ms) => expect(patienceOf(repeats, env)).toBe(ms));
});

describe('the number of repeats', () => {
  it.each([
    [undefined, 'a', 0],
    [{ fingerprint: 'b', repeats: 7 }, 'a', 0],
    [{ fingerprint: 'a', repeats: 0 }, 'a', 1],
    [{ fingerprint: 'a', repeats: 2 }, 'a', 3],
  ])('after %j for %s: %d', (last, fingerprint, repeats) =>
    expect(countRepeats(last, fingerprint)).toBe(repeats),
  );

  it.each([
    ['{"version":1,"fingerprint":"a","repeats":2}', { fingerprint: 'a', repeats: 2 }],
    [undefined, undefined],
    ['', undefined],
    ['null', undefined],
    ['{"fingerprint":"a"', undefined],
    ['{"fingerprint":1,"repeats":2}', undefined],
    ['{"fingerprint":"a","repeats":-1}', undefined],
    ['{"fingerprint":"a","repeats":1.5}', undefined],
    ['{"fingerprint":"a","repeats":"2"}', undefined],
  ])('is read from %j', (text, last) => expect(parseLastWait(text)).toEqual(last));
});

describe('the text of a repeated answer', () => {
  const running: Action = {
    action: 'wait',
    run: 'r',
    wave: 1,
    command: 'sao verify r',
    message: '2 running',
  };
  const workflow: Action = { action: 'wait', run: 'r', wave: 1, message: 'The workflow is running.' };

  it.each([0, 1, 2])('stays the same at repeat %d', (repeats) => {
    expect(advisePatience(running, repeats)).toEqual(running);
  });

  it.each([3, 40])('says at repeat %d to end the turn', (repeats) => {
    expect(advisePatience(running, repeats)).toEqual({
      action: 'wait',
      run: 'r',
      wave: 1,
      message:
        'Nothing has changed. Do not ask again now: end your turn, and tell the user that `sao next` continues the run.',
    });
    expect(advisePatience(workflow, repeats).message).toBe(
      'Nothing has changed. Do not ask again now: end your turn; the notification of the workflow starts the next one.',
    );
  });
});
