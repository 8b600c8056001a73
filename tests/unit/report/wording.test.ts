import { describe, expect, it } from 'vitest';
import {
  sayAgents,
  sayCosts,
  sayCounts,
  sayGap,
  sayPlace,
  sayTime,
  sayTokens,
  sayUsd,
} from '../../../src/report/formats/wording.ts';

it('says of commands that they cost nothing, and of silence that nothing is known', () => {
  const none = { agents: 1, usd: null, tokens: null };
  const byModel = [
    { model: 'opus', ...none },
    { model: null, ...none },
  ];
  expect(sayCosts({ usd: null, tokens: null, byModel })).toEqual({
    rows: [
      ['opus', '1', 'not known', 'not known'],
      ['none (commands)', '1', 'none', 'none'],
    ],
    total: ['all', '2', 'not known', 'not known'],
  });
});

const GAP = { id: 'a', name: 'A', domain: 'd' };

describe('the words of every format', () => {
  it.each([
    [sayCounts({ critical: 0, major: 1, minor: 12 }), '0 critical, 1 major, 12 minor'],
    [sayAgents({ total: 1, done: 1, gaps: 0, open: 0 }), '1 of 1 agent done, 0 gaps'],
    [sayAgents({ total: 9, done: 5, gaps: 1, open: 3 }), '5 of 9 agents done, 1 gap, 3 not finished'],
    [sayGap({ ...GAP, reason: 'It hung.', attempts: 2 }), 'It hung, after 2 attempts'],
    [sayGap({ ...GAP, reason: 'skipped by the user', attempts: 0 }), 'skipped by the user, never started'],
    [sayPlace({ path: 'a.ts', line: 3 }), 'a.ts:3'],
    [sayPlace({ path: 'a.ts', line: null }), 'a.ts'],
    [sayPlace({ path: null, line: 3 }), ''],
    [sayUsd(null), 'not known'],
    [sayUsd(0), '$0.00'],
    [sayUsd(0.0123), '$0.0123'],
    [sayUsd(12.345), '$12.35'],
    [sayTokens(null), 'not known'],
    [sayTokens(1234567), '1,234,567'],
    [sayTime('2026-03-14T10:15:59.123Z'), '2026-03-14 10:15 UTC'],
    [sayTime('yesterday'), 'yesterday'],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });
});
