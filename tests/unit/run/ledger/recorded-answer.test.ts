import { expect, it } from 'vitest';
import { buildReturnedEvent } from '../../../../src/run/ledger/events.ts';
import { NO_OUTPUT } from '../../../../src/run/outputs/check.ts';

const TOKEN = `ghp_${'Ab3dE6gH9j'.repeat(3)}Kl2mN4`;
const lineOf = (answer: string) =>
  buildReturnedEvent({ agent: 'a1', attempt: 1, answer, check: NO_OUTPUT }).line;

it.each([
  ['in the line', `Done with ${TOKEN}.`],
  ['across the end of what is recorded', `${'word '.repeat(37)}${TOKEN}`],
  ['split by a character without width', `Done with ${TOKEN.slice(0, 20)}\u200b${TOKEN.slice(20)}.`],
])('records no part of a token that is %s', (_, answer) => {
  expect(lineOf(answer)).not.toContain('Ab3dE6gH9j');
});

it('records a harmless answer as it is, cut to 200 characters', () => {
  expect(lineOf('Wrote workers/a1.md: 3 findings.')).toBe('Wrote workers/a1.md: 3 findings.');
  expect(lineOf('')).toBe('');
  expect(lineOf('word '.repeat(100)).length).toBeLessThanOrEqual(201);
});
