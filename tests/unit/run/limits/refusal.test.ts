import { describe, expect, it } from 'vitest';
import { readRefusal } from '../../../../src/run/limits/refusal.ts';

const now = Date.parse('2026-11-29T18:32:00Z');
const read = (text: string, status?: number, model: 'haiku' | 'opus' | null = 'haiku') =>
  readRefusal({ text, status, model, now, zone: 'UTC' });

describe('the kind of a refusal', () => {
  it.each([
    [429, 'API Error: Request rejected (429) · rate_limit_error'],
    [529, 'overloaded_error'],
    [undefined, 'API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited'],
    [undefined, 'Error: 429 Too Many Requests'],
    [undefined, 'HTTP 529: try later'],
    [429, "This request would exceed your account's rate limit. Please try again later."],
  ])('a blip of the agent’s model: %s %s', (status, text) => {
    expect(read(text, status)).toEqual({ kind: 'blip', model: 'haiku' });
  });

  it.each([
    ["You've hit your session limit · resets 3:20am (UTC)", '2026-11-30T03:20:00.000Z'],
    ["You've hit your limit · resets Dec 3 at 4pm (UTC)", '2026-12-03T16:00:00.000Z'],
    ['Claude AI usage limit reached|1796000000', '2026-11-30T00:53:20.000Z'],
    ['5-hour limit reached ∙ resets 11pm', '2026-11-29T23:00:00.000Z'],
    ['Quota exceeded for this project, try again in 3h', '2026-11-29T21:32:00.000Z'],
  ])('a usage limit with its end: %s', (text, until) => {
    expect(read(text, 429)).toEqual({ kind: 'usage', until: Date.parse(until) });
  });

  it('a usage limit whose end the service does not say', () => {
    expect(read("You've reached your monthly limit")).toEqual({ kind: 'usage' });
    expect(read("You're out of extra usage")).toEqual({ kind: 'usage' });
  });

  it('a refusal with a reset time and without the words of a limit', () => {
    expect(read('rejected · resets 3:20am (UTC)', 429)).toEqual({
      kind: 'usage',
      until: Date.parse('2026-11-30T03:20:00Z'),
    });
  });

  it('a usage limit of one model', () => {
    expect(read("You've hit your Opus limit · resets 11pm (UTC)", 429, 'opus')).toEqual({
      kind: 'usage',
      until: Date.parse('2026-11-29T23:00:00Z'),
      model: 'opus',
    });
    expect(read('Fable 5 limit reached ∙ resets 11pm (UTC)', 429, 'opus')).toMatchObject({ model: 'fable' });
  });

  it.each([
    [401, 'authentication_error: invalid x-api-key', 'not logged in'],
    [undefined, 'Invalid API key · Please run /login', 'not logged in'],
    [undefined, 'OAuth token has expired', 'not logged in'],
    [400, 'Your credit balance is too low to access the API', 'no credit'],
    [402, 'payment required', 'no credit'],
    [403, 'permission_error', 'no permission'],
    [403, 'This organization has been disabled', 'no permission'],
  ])('what can never succeed: %s %s', (status, text, cause) => {
    expect(read(text, status)).toEqual({ kind: 'permanent', cause });
  });

  it('a model that the account cannot use is refused alone', () => {
    const text =
      "There's an issue with the selected model (opus). It may not exist or you may not have access to it.";
    expect(read(text, 404, 'opus')).toEqual({
      kind: 'permanent',
      cause: 'model not available',
      model: 'opus',
    });
  });

  it.each([
    [undefined, 'it exited with code 1: TypeError: x is not a function'],
    [500, 'api_error: internal server error'],
    [400, 'prompt is too long'],
    [undefined, 'the client printed no result'],
    [undefined, 'the file has 429 lines'],
  ])('anything else is no refusal: %s %s', (status, text) => {
    expect(read(text, status)).toBeUndefined();
  });
});
