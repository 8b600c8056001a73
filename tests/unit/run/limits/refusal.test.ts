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
    expect(read(text, status)).toMatchObject({ kind: 'blip', model: 'haiku' });
  });

  it.each([
    ["You've hit your session limit · resets 11:20pm (UTC)", '2026-11-29T23:20:00.000Z'],
    ["You've hit your limit · resets Dec 3 at 4pm (UTC)", '2026-12-03T16:00:00.000Z'],
    ['Claude AI usage limit reached|1796000000', '2026-11-30T00:53:20.000Z'],
    ['5-hour limit reached ∙ resets 11pm', '2026-11-29T23:00:00.000Z'],
    ['Quota exceeded for this project, try again in 3h', '2026-11-29T21:32:00.000Z'],
  ])('a usage limit with its end: %s', (text, until) => {
    expect(read(text, 429)).toEqual({ kind: 'usage', until: Date.parse(until), text });
  });

  it('a usage limit whose end the service does not say', () => {
    for (const text of ["You've reached your monthly limit", "You're out of extra usage"])
      expect(read(text)).toEqual({ kind: 'usage', text });
  });

  it('a refusal with a reset time and without the words of a limit', () => {
    expect(read('rejected · resets 3:20am (UTC)', 429)).toMatchObject({
      kind: 'usage',
      until: Date.parse('2026-11-30T03:20:00Z'),
    });
  });

  it('a usage limit of one model', () => {
    expect(read("You've hit your Opus limit · resets 11pm (UTC)", 429, 'opus')).toMatchObject({
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
    expect(read(text, status)).toMatchObject({ kind: 'permanent', cause });
  });

  it.each([
    ['usage', "ERROR: You've hit your usage limit. Upgrade to Pro or try again in 3 days."],
    ['usage', "■ You've hit your usage limit. Try again at 3:05 PM."],
    ['usage', 'Error: Claude AI usage limit reached|1796000000'],
    ['usage', '[API Error: You have exhausted your daily quota on this model.]'],
    ['usage', 'Weekly limit reached · resets Thu 3pm (UTC)'],
    ['usage', 'rate_limit_error: usage limit reached, retry-after: 7200'],
    [
      'usage',
      "Agent terminated early due to an API error: You've hit your session limit · resets 3:20am (UTC) (error type rate_limit, HTTP 429)",
    ],
    [
      'usage',
      "Agent terminated early due to an API error: API Error: Request rejected (429) · You've hit your session limit · resets 11:02am (UTC) (error type rate_limit, HTTP 429, model sent to the API: claude-haiku-5-5)",
    ],
    ['usage', "API Error: Request rejected (429) · You've hit your session limit · resets 11:02am (UTC)"],
    [
      'blip',
      'Agent terminated early due to an API error: API Error: Request rejected (429) · busy (error type rate_limit, HTTP 429, model sent to the API: claude-haiku-5-5)',
    ],
    ['blip', 'ERROR: exceeded retry limit, last status: 429 Too Many Requests'],
    ['blip', 'API Error: 529 {"type":"error","error":{"type":"overloaded_error"}}'],
    ['blip', 'openai.RateLimitError: Error code: 429 - try later'],
    ['blip', 'Rate limit reached for gpt-5 in organization org-1 on tokens per min'],
    ['permanent', 'API Error: 401 Invalid API key · Please run /login'],
    ['permanent', 'Not logged in · Please run /login'],
    ['permanent', 'invalid_request_error: Your credit balance is too low'],
  ])('%s by a whole form of a service, after other lines: %s', (kind, line) => {
    expect(read(`Starting\n1 of 3\n${line}\n`)).toMatchObject({ kind, text: expect.any(String) });
  });

  it.each([
    // Google
    [
      'blip',
      '{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}',
    ],
    ['blip', '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"34s"}]}}', 34],
    [
      'blip',
      'You exceeded your current quota, please check your plan and billing details. Please retry in 34.074824224s.',
      34.075,
    ],
    ['blip', 'Quota exceeded for quota metric generate_content_requests_per_minute_per_project'],
    ['usage', 'Quota exceeded for quota metric generate_requests_per_day_per_project'],
    // OpenAI, Codex
    [
      'permanent',
      'You exceeded your current quota, please check your plan and billing details. (insufficient_quota)',
    ],
    ['permanent', '429 You exceeded your current quota, please check your plan and billing details.'],
    ['permanent', 'Error: 429 {"error":{"message":"x","code":"insufficient_quota"}}'],
    [
      'blip',
      'Rate limit reached for o4-mini on tokens per min (TPM): Limit 200000, Used 1. Please try again in 20s.',
      20,
    ],
    ['blip', 'Rate limit reached for gpt-5 on requests per min. Please try again in 876ms.', 0.876],
    ['blip', 'HTTP 429 Too Many Requests, retry-after: 120', 120],
    // A busy service of hours is a limit that is used up.
    ['usage', 'Rate limit reached for gpt-5 on requests per day (RPD). Please try again in 7h12m.', 25_920],
    // Azure
    [
      'blip',
      'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2026-02-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds.',
      26,
    ],
    // AWS
    ['usage', 'AWS ThrottlingException: Too many tokens per day, please wait before trying again.'],
    [
      'blip',
      'An error occurred (ThrottlingException) when calling the InvokeModel operation (reached max retries: 4): Too many requests, please wait before trying again.',
    ],
    ['blip', 'ThrottlingException: Too many tokens, please wait before trying again.'],
    // Anthropic
    ['usage', 'Spending cap reached. You will regain access on 2026-12-01 at 00:00 UTC.', 106_080],
    [
      'usage',
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      106_080,
    ],
    ['permanent', 'This account is suspended'],
    // Others
    ['usage', 'No quota left: premium request allowance exhausted, resets 2026-12-01T00:00:00Z', 106_080],
    ['usage', 'You have exceeded your premium request allowance.'],
    ['usage', "You've reached your premium request limit"],
    ['usage', 'you (dana) have reached your weekly usage limit, upgrade for higher limits'],
    ['usage', 'You have exceeded your monthly included credits for Inference Providers.'],
    ['usage', 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 requests'],
    ['usage', 'Usage limit reached for 5 hour. Your limit will reset at 2026-11-30 03:00', 30_480],
    ['usage', 'Tokens per day limit exceeded - too many tokens processed.'],
    ['usage', 'You are using a Trial key, which is limited to 1000 API calls / month.'],
    ['usage', 'Free allocated quota exceeded.'],
    ['blip', 'Tokens per minute limit exceeded - too many tokens processed.'],
    ['blip', '{"message":"Requests rate limit exceeded"}'],
    ['blip', '{"object":"error","message":"Service tier capacity exceeded for this model."}'],
    [
      'blip',
      'Your account org-1 <ak-2> request reached organization max RPM: 3, please try again after 1 seconds',
      1,
    ],
    ['permanent', 'Insufficient Balance'],
    ['permanent', 'Insufficient credits. Add more using https://openrouter.ai/credits'],
    ['permanent', 'This request requires more credits, or fewer max_tokens.'],
    ['permanent', 'Account a-1 is suspended, possibly due to reaching the monthly spending limit'],
    ['permanent', 'Access denied, please make sure your account is in good standing.'],
  ])('%s by the words of another service: %s', (kind, line, seconds: number | undefined = undefined) => {
    const refusal = read(`Starting\n1 of 3\n${line}\n`);
    const left = refusal?.until === undefined ? undefined : (refusal.until - now) / 1000;
    expect([refusal?.kind, left]).toEqual([kind, seconds]);
  });

  it('a stated time of minutes makes a busy service no used-up limit', () => {
    expect(read('rejected, retry-after: 120', 429)).toMatchObject({ kind: 'blip', until: now + 120_000 });
    expect(read('rejected, retry-after: 301', 429)).toMatchObject({ kind: 'usage', until: now + 301_000 });
  });

  it('names the model that answered if the limit is another one’s', () => {
    expect(read('Opus weekly limit reached ∙ resets Dec 1 at 7pm', undefined)).toMatchObject({
      kind: 'usage',
      model: 'opus',
      answering: 'haiku',
    });
    expect(
      read("You've reached your Fable 5 usage limit · resets 3:45pm (UTC)", undefined, 'haiku'),
    ).toMatchObject({ model: 'fable', answering: 'haiku' });
    // Without a known model of its own, the agent shows that the service refuses all.
    expect(read('Opus weekly limit reached', undefined, null)?.model).toBeUndefined();
  });

  it('a model that the account cannot use is refused alone', () => {
    const text =
      "There's an issue with the selected model (opus). It may not exist or you may not have access to it.";
    expect(read(text, 404, 'opus')).toMatchObject({
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
    [undefined, 'You have reached the end of the file; 3 quota checks were exceeded'],
    [undefined, 'Tokens per line limit exceeded'],
    [undefined, 'Account page is suspended while loading'],
    [undefined, 'No quota tests left to write'],
    [undefined, 'RuntimeError: recursion limit reached'],
    [undefined, 'I could not finish: the parser says: recursion limit reached'],
    [undefined, 'Error: view model file src/model.ts not found'],
    [undefined, 'Error: model file src/model.ts not found'],
    [undefined, "AssertionError: expected 'Invalid API key' in response"],
    [undefined, 'Error: Concurrent subagent limit reached. You can run 20 subagents'],
    [undefined, 'Context limit reached · /compact to continue'],
    [undefined, 'test: answers "You have hit your usage limit" with 429 ... failed'],
    [undefined, 'FAIL rate limit middleware: expected 429, received 200'],
    [undefined, `You've hit your usage limit\n${'line of the log\n'.repeat(30)}`],
  ])('anything else is no refusal: %s %s', (status, text) => {
    expect(read(text, status)).toBeUndefined();
  });
});
