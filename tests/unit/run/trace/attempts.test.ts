import { expect, it } from 'vitest';
import type { LedgerEntry, RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { traceAttempts } from '../../../../src/run/trace/attempts.ts';

const NONE = { critical: 0, major: 0, minor: 0 };
const at = (second: number, event: RunEvent): LedgerEntry => ({
  v: 1,
  at: new Date(second * 1000).toISOString(),
  ...event,
});
const start = (agent: string, attempt: number) =>
  ({ type: 'dispatched', agent, attempt, wave: 1, driver: 'claude' }) as const;
const end = (agent: string, attempt: number, verdict: 'done' | 'missing', line = '') =>
  ({ type: 'returned', agent, attempt, chars: 0, line, verdict, words: 7, findings: NONE }) as const;

it('joins the events of each attempt, and keeps what is no attempt as marks', () => {
  const { attempts, marks } = traceAttempts([
    at(0, { type: 'run-created', mode: 'audit', task: 't' }),
    at(1, start('a1', 1)),
    at(2, start('a2', 1)),
    at(3, { type: 'sent-back', agent: 'a1', attempt: 1, fault: 'no file' }),
    at(4, { ...end('a1', 1, 'missing'), fault: 'there is no file', denied: ['Bash: npm test'] }),
    at(4, {
      type: 'spent',
      agent: 'a1',
      attempt: 1,
      costUsd: 0.5,
      inputTokens: 10,
      outputTokens: 2,
      durationMs: 1,
    }),
    at(5, start('a1', 2)),
    at(6, {
      type: 'spent',
      agent: 'a1',
      attempt: 2,
      costUsd: 1,
      inputTokens: 1,
      outputTokens: 1,
      durationMs: 1,
      isEstimate: true,
    }),
    at(7, end('a1', 2, 'done', 'Done.')),
    at(8, end('a1', 2, 'missing')),
    at(9, { type: 'rate-limited', agent: 'a2', attempt: 1, waitMs: 9, text: 'busy' }),
    at(10, start('a2', 2)),
    at(11, { type: 'gap', agent: 'a3', reason: 'not wanted', by: 'user' }),
    at(12, { type: 'reported', findings: NONE, gaps: 1 }),
  ]);
  const shown = attempts.map(({ agent, attempt, startedAt, endedAt, outcome }) => [
    `${agent}.${attempt}`,
    startedAt,
    endedAt,
    outcome,
  ]);
  expect(shown).toEqual([
    ['a1.1', 1000, 4000, 'missing'],
    ['a2.1', 2000, 9000, 'limited'],
    ['a1.2', 5000, 7000, 'missing'],
    ['a2.2', 10_000, undefined, 'running'],
  ]);
  expect(attempts[0]).toMatchObject({
    sentBack: 1,
    costUsd: 0.5,
    isCostAssumed: false,
    inputTokens: 10,
    denied: ['Bash: npm test'],
    fault: 'there is no file',
  });
  expect(attempts[1]).toMatchObject({ fault: 'busy' });
  expect(attempts[2]).toMatchObject({ line: 'Done.', costUsd: 1, isCostAssumed: true });
  expect(marks).toEqual([
    { at: 11_000, agent: 'a3', text: 'gap: not wanted' },
    { at: 12_000, text: 'report written' },
  ]);
});

it('names a stage that failed its checks', () => {
  const check = { type: 'stage-checked', stage: 'scaffold', by: 's1', hash: 'h' } as const;
  const { marks } = traceAttempts([
    at(1, { ...check, ok: false, faults: ['no module', 'no test'] }),
    at(2, { ...check, ok: true, faults: [] }),
  ]);
  expect(marks).toEqual([
    { at: 1000, agent: 's1', text: 'stage scaffold failed its checks: no module (2 faults)' },
  ]);
});

it('ignores events of an attempt that was never started', () => {
  expect(traceAttempts([at(1, end('a1', 1, 'done'))])).toEqual({ attempts: [], marks: [] });
});
