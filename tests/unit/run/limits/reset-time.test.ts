import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResetTime } from '../../../../src/run/limits/reset-time.ts';

const NOW = Date.parse('2026-11-29T18:32:00Z');

describe('the reset time of a usage limit', () => {
  it.each([
    ["You've hit your session limit · resets 11:20pm (UTC)", '2026-11-29T23:20:00Z'],
    ["You've hit your session limit · resets 8:30am (Asia/Tokyo)", '2026-11-29T23:30:00Z'],
    ["You've hit your limit · resets 12:50am (America/Los_Angeles)", '2026-11-30T08:50:00Z'],
    ['5-hour limit reached ∙ resets 11pm', '2026-11-29T22:00:00Z'],
    ['Claude usage limit reached. Your limit will reset at 9am (America/Chicago).', '2026-11-30T15:00:00Z'],
    ["You've hit your limit · resets Dec 3 at 4pm (America/Recife)", '2026-12-03T19:00:00Z'],
    ['weekly limit reached ∙ resets Jan 2, 9pm', '2027-01-02T20:00:00Z'],
    ['resets Jul 1, 2027, 12am (Europe/Berlin)', '2027-06-30T22:00:00Z'],
    ['Claude AI usage limit reached|1766502000', '2025-12-23T15:00:00Z'],
    ['limit reached, resets at 23:15 (Asia/Kolkata)', '2026-11-30T17:45:00Z'],
    ['quota exceeded, try again in 2 hours 5 minutes', '2026-11-29T20:37:00Z'],
    ['limit resets in 3h 10m', '2026-11-29T21:42:00Z'],
    ['retry after 90 seconds', '2026-11-29T18:33:30Z'],
    ['usage limit, resets 2026-12-01T06:00:00Z', '2026-12-01T06:00:00Z'],
    ['usage limit. Upgrade to Pro or try again at 3:05 PM.', '2026-11-30T14:05:00Z'],
    ['usage limit. Try again at Dec 3rd, 2026 3:05 PM.', '2026-12-03T14:05:00Z'],
    ['Your quota will reset after 17h20m15s.', '2026-11-30T11:52:15Z'],
    ['Weekly limit reached · resets Thu 3pm (UTC)', '2026-12-03T15:00:00Z'],
    ['limit reached · resets Sunday, 11pm (UTC)', '2026-11-29T23:00:00Z'],
    ['limit reached · resets Sun 11am (UTC)', '2026-12-06T11:00:00Z'],
    ['hit your limit · resets tomorrow at 9am', '2026-11-30T08:00:00Z'],
    ['usage limit reached, retry-after: 7200', '2026-11-29T20:32:00Z'],
    ['Claude AI usage limit reached|1796020000000', '2026-11-30T06:26:40Z'],
    ['usage limit reached, resets 2026-11-30 15:00 UTC', '2026-11-30T15:00:00Z'],
    ['usage limit reached, resets 30 Nov 15:00', '2026-11-30T14:00:00Z'],
    ['usage limit reached (resets in 1.5 hours)', '2026-11-29T20:02:00Z'],
    ['usage limit reached. resets in about 2 hours', '2026-11-29T20:32:00Z'],
    ["You've hit your limit · resets 3pm UTC", '2026-11-30T15:00:00Z'],
    ['limit · resets 3pm PT', '2026-11-29T23:00:00Z'],
    ['limit · resets 3pm UTC+2', '2026-11-30T13:00:00Z'],
    ['Try again in 3 days 4 hours 9 minutes.', '2026-12-02T22:41:00Z'],
    ['Your limit resets on December 1, 2026.', '2026-11-30T23:00:00Z'],
    ['limit resets Dec 3 (UTC)', '2026-12-03T00:00:00Z'],
    ['limit resets 2026-12-01', '2026-11-30T23:00:00Z'],
    ['limit renews on 1 January', '2026-12-31T23:00:00Z'],
    ['limit resets tomorrow', '2026-11-29T23:00:00Z'],
    ['limit resets Thursday.', '2026-12-02T23:00:00Z'],
    ['Please wait 5 minutes before trying again.', '2026-11-29T18:37:00Z'],
    ['You will regain access on 2026-12-01 at 00:00 UTC.', '2026-12-01T00:00:00Z'],
    ['Please try again in 876ms.', '2026-11-29T18:32:00.876Z'],
    ['"retryDelay": "34s"', '2026-11-29T18:32:34Z'],
    // It has just passed: clocks differ.
    ['session limit · resets 6:30pm (UTC)', '2026-11-29T18:30:00Z'],
    ['weekly limit · resets 6pm (UTC)', '2026-11-30T18:00:00Z'],
    // A session has five hours: what has passed is over, and nothing is longer.
    ["You've hit your session limit · resets 6pm (UTC)", '2026-11-29T18:00:00Z'],
    ['5-hour limit reached ∙ resets 1:35pm (UTC)', '2026-11-29T13:35:00Z'],
    ['session limit · resets 11:32pm (UTC)', '2026-11-29T23:32:00Z'],
    ['session limit · resets 11:33pm (UTC)', '2026-11-29T23:32:00Z'],
    ['session limit · resets 3:20am (UTC)', '2026-11-29T23:32:00Z'],
    ['session limit · resets Dec 3 at 4pm (UTC)', '2026-12-03T16:00:00Z'],
    // An unknown zone is the machine's.
    ['limit · resets 11pm (Mars/Base)', '2026-11-29T22:00:00Z'],
  ])('%s', (text, expected) => {
    const at = readResetTime(text, NOW, 'Europe/Berlin');
    expect(at).toBe(Date.parse(expected));
  });

  it.each([
    'no limit at all',
    'resets 3 counters',
    'resets 25:00',
    'resets 13pm',
    'resets 3:75am',
    'reset the password',
    'resets on demand',
    'resets may fail',
    'resets December 40',
    'wait 5 times',
    'resets Feb 0, 3pm',
  ])('none: %s', (text) => {
    expect(readResetTime(text, NOW, 'UTC')).toBeUndefined();
  });

  it('finds the next time of day in any zone, also over a change of the clocks', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    ];
    const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), fc.integer({ min: 4, max: 23 }), (now, zone, hour) => {
        const at = readResetTime(`resets ${hour}:30 (${zone})`, now, 'UTC') ?? Number.NaN;
        const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(at);
        expect(shown).toBe(`${String(hour).padStart(2, '0')}:30`);
        expect(at - now).toBeGreaterThan(-600_000);
        expect(at - now).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });
});
