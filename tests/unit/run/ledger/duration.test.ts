import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../../src/run/ledger/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['1s', 1_000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toMatchObject({ ok: true, value: ms });
  });

  it.each([
    '',
    '5',
    'm',
    '0s',
    '-5m',
    '1.5h',
    '5 m',
    '5M',
    '5w',
    '1h30m',
    '9999999s',
    '５m',
    '5m\n',
    'Infinity',
  ])('refuses %j', (text) => {
    expect(parseDuration(text, '--timeout')).toMatchObject({
      ok: false,
      cause: 'input',
      diagnostics: [{ code: 'duration-wrong', target: '--timeout' }],
    });
  });
});

it.each([
  [-5, '0s'],
  [0, '0s'],
  [119_499, '119s'],
  [120_000, '2m'],
  [7_199_000, '119m'],
  [7_200_000, '2h'],
  [172_799_000, '47h'],
  [864_000_000, '10d'],
])('shows %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
