import { describe, expect, it } from 'vitest';
import {
  type AttemptOutcome,
  concludeAttempt,
  describeEnd,
  type EndedAttempt,
  lastLine,
} from '../../../src/headless/outcome.ts';
import type { Verdict } from '../../../src/run/outputs/sentinel.ts';
import { agentOf } from '../../harness/snapshots.ts';
import { endOf } from './cases.ts';

const ending = (status: Verdict, more: Partial<EndedAttempt> = {}): EndedAttempt => ({
  agent: agentOf('a1'),
  attempt: 1,
  allowed: 2,
  limited: 0,
  waitMs: 500,
  refusal: undefined,
  service: { holds: new Map(), refusals: new Map() },
  now: Date.parse('2026-11-29T18:32:00Z'),
  check: { status, words: 3, findings: { critical: 0, major: 0, minor: 1 }, estimated: false },
  ...more,
});
const SPENT = { costUsd: 0.1, inputTokens: 1, outputTokens: 2, durationMs: 3 };
const BLIP = { kind: 'blip', model: 'haiku', text: 'overloaded' } as const;
const types = (end: EndedAttempt, outcome: Partial<AttemptOutcome> = {}) =>
  concludeAttempt(end, { answer: 'Done.', ...outcome }).map(({ type }) => type);

describe('conclude', () => {
  it.each<[string, EndedAttempt, Partial<AttemptOutcome>, string[]]>([
    ['a valid file', ending('done'), {}, ['spent', 'returned']],
    [
      'a valid file of a program that failed, after its last attempt',
      ending('done', { attempt: 2 }),
      { fault: 'it exited with code 1' },
      ['spent', 'returned'],
    ],
    ['a valid file in spite of a refusal', ending('done', { refusal: BLIP }), {}, ['returned']],
    ['a valid file of an interrupted run', ending('done'), { isStopped: true }, ['spent', 'returned']],
    ['no file', ending('missing'), {}, ['spent', 'returned']],
    ['no file after the last attempt', ending('missing', { attempt: 2 }), {}, ['spent', 'returned', 'gap']],
    [
      'a reported error after the last attempt',
      ending('failed', { attempt: 2 }),
      {},
      ['spent', 'returned', 'gap'],
    ],
    [
      'a program that cannot be started',
      ending('failed'),
      { fault: 'x was not found', isHopeless: true },
      ['returned', 'gap'],
    ],
    ['a valid file although the program was not found', ending('done'), { isHopeless: true }, ['returned']],
    ['a granted attempt', ending('missing', { attempt: 2, allowed: 3 }), {}, ['spent', 'returned']],
    ['a blip after the last attempt', ending('missing', { attempt: 2, refusal: BLIP }), {}, ['rate-limited']],
    [
      'a twentieth blip in a row, which is no gap',
      ending('missing', { limited: 19, attempt: 2, refusal: BLIP }),
      {},
      ['rate-limited', 'halted'],
    ],
    [
      'an interrupted run',
      ending('incomplete', { attempt: 2, refusal: BLIP }),
      { isStopped: true },
      ['released'],
    ],
    ['what it cost', ending('missing', { refusal: BLIP }), { spent: SPENT }, ['spent', 'rate-limited']],
  ])('%s', (_, end, outcome, expected) => {
    expect(types(end, outcome)).toEqual(expected);
  });

  it.each<[string, EndedAttempt, Partial<AttemptOutcome>, object[]]>([
    ['reported', ending('done'), { spent: SPENT }, [{ costUsd: 0.1 }]],
    ['unknown, not 0', ending('done'), {}, [{ costUsd: 0, isUnknown: true }]],
    [
      'unknown although the tokens are known',
      ending('done'),
      { spent: { inputTokens: 1, outputTokens: 2, durationMs: 3 } },
      [{ costUsd: 0, inputTokens: 1, isUnknown: true }],
    ],
    ['none for a command', ending('done', { agent: agentOf('a1', { kind: 'command' }) }), {}, []],
  ])('the cost is %s', (_, end, outcome, expected) => {
    const events = concludeAttempt(end, { answer: 'Done.', ...outcome });
    expect(events.filter(({ type }) => type === 'spent')).toMatchObject(expected);
  });

  it('says both what the program did and what is wrong with the file', () => {
    const event = concludeAttempt(ending('incomplete'), {
      answer: 'x'.repeat(500),
      fault: 'it exited with code 1',
    }).at(-1);
    expect(event).toMatchObject({
      chars: 500,
      line: `${'x'.repeat(199)}…`,
      fault: expect.stringMatching(/^it exited with code 1; the last line of workers\/a1.md is not/),
    });
  });
});

describe('a hint', () => {
  it.each<[Verdict, boolean]>([
    ['missing', true],
    ['incomplete', false],
    ['failed', false],
  ])('where the file is %s: %s', (status, isSaid) => {
    const event = concludeAttempt(ending(status), { answer: '', hint: 'write $SAO_OUTPUT' }).at(-1);
    expect(JSON.stringify(event).includes('write $SAO_OUTPUT')).toBe(isSaid);
  });
});

describe('describeEnd', () => {
  it.each([
    [endOf({}), undefined],
    [endOf({ exitCode: 2, stderr: 'first\nlast words\n' }), 'it exited with code 2: first last words'],
    [endOf({ exitCode: null, signal: 'SIGKILL' }), 'it was killed by SIGKILL'],
    [endOf({ exitCode: null, signal: 'SIGTERM', timedOut: true }), 'it was ended after its time of 300 s'],
    [endOf({ exitCode: null, timedOut: true, stalled: true }), 'it made no progress and was ended'],
    [
      endOf({ exitCode: null, startError: { code: 'ENOENT', message: 'x was not found' } }),
      'x was not found',
    ],
  ])('%#', (result, words) => {
    expect(describeEnd(result, 300)).toBe(words);
  });
});

describe('lastLine', () => {
  it.each([
    ['', ''],
    ['one\ntwo\n\n  \n', 'two'],
    ['  Done. ', 'Done.'],
  ])('of %j is %j', (text, line) => {
    expect(lastLine(text)).toBe(line);
  });
});
