import { expect, it } from 'vitest';
import type { AttemptTrace } from '../../../../src/run/trace/trace-run.io.ts';
import { renderTrace } from '../../../../src/run/trace/trace-text.ts';

const attempt: AttemptTrace = {
  agent: 'a1',
  name: 'A',
  domain: 'd',
  model: 'haiku',
  attempt: 1,
  wave: 1,
  driver: 'command',
  startedAt: 0,
  endedAt: 1000,
  outcome: 'done',
  sentBack: 0,
  costUsd: 0,
  isCostAssumed: false,
  isCostUnknown: false,
  inputTokens: 0,
  outputTokens: 0,
  denied: [],
};
const unknown = { ...attempt, isCostUnknown: true };
const paid = { ...attempt, costUsd: 0.4 };
const assumed = { ...attempt, costUsd: 1.5, isCostAssumed: true };

it.each([
  ['no attempt reported a cost', [unknown, unknown], 'r1: 2 attempts of 1 agent, cost not reported'],
  ['one of two did', [paid, unknown], 'at least $0.40 (1 attempt reported no cost)'],
  ['a part is assumed', [paid, assumed], '$1.90, of it $1.50 assumed'],
  ['nothing costs anything', [attempt], 'r1: 1 attempt of 1 agent, $0.00'],
])('the sum of the costs, if %s', (_, attempts, text) => {
  const [sum] = renderTrace('r1', { attempts, marks: [] }, 2000).split('\n');
  expect(sum).toContain(text);
});

it('an attempt whose cost is not known says so in its line', () => {
  expect(renderTrace('r1', { attempts: [unknown], marks: [] }, 2000)).toMatch(/ unknown {2}/);
});
