import { describe, expect, it } from 'vitest';
import { formatCounts } from '../../../../src/findings/severity-words.ts';
import { formatTokens, formatUsd } from '../../../../src/run/cost/amounts.ts';
import type { Cost } from '../../../../src/run/cost/cost.ts';
import {
  costTables,
  describeContextCost,
  describeUncertainCost,
} from '../../../../src/run/report/cost-wording.ts';
import { splitCode, splitItem } from '../../../../src/run/report/text-parts.ts';
import {
  describeAgents,
  describeGap,
  describeNoFindings,
  formatPlace,
  formatTimestamp,
} from '../../../../src/run/report/wording.ts';
import { fullReport } from './full-report.ts';

const countsOf = (agents: { total: number; done: number; gaps: number; open: number }) => ({
  agents,
  findings: { critical: 0, major: 0, minor: 0 },
});
const GAP = { id: 'a', name: 'A', domain: 'd' };

describe('the words of every format', () => {
  it.each([
    [formatCounts({ critical: 0, major: 1, minor: 12 }), '0 critical, 1 major, 12 minor'],
    [describeAgents({ total: 1, done: 1, gaps: 0, open: 0 }), '1 of 1 agent done, 0 gaps'],
    [describeAgents({ total: 9, done: 5, gaps: 1, open: 3 }), '5 of 9 agents done, 1 gap, 3 not finished'],
    [
      describeNoFindings({ counts: countsOf({ total: 2, done: 2, gaps: 0, open: 0 }), unchecked: 0 }),
      'No findings.',
    ],
    [
      describeNoFindings({ counts: countsOf({ total: 2, done: 1, gaps: 1, open: 0 }), unchecked: 0 }),
      'No findings in what was looked at.',
    ],
    [
      describeNoFindings({ counts: countsOf({ total: 3, done: 1, gaps: 1, open: 1 }), unchecked: 0 }),
      'No findings so far.',
    ],
    [describeGap({ ...GAP, reason: 'It hung.', attempts: 2 }), 'It hung, after 2 attempts'],
    [
      describeGap({ ...GAP, reason: 'skipped by the user', attempts: 0 }),
      'skipped by the user, never started',
    ],
    [
      describeNoFindings({ counts: countsOf({ total: 1, done: 1, gaps: 0, open: 0 }), unchecked: 2 }),
      'No findings in what was looked at.',
    ],
    [formatPlace({ path: 'a.ts', line: 3 }), 'a.ts:3'],
    [formatPlace({ path: 'a.ts', line: null }), 'a.ts'],
    [formatPlace({ path: null, line: 3 }), ''],
    [formatUsd(null), 'not known'],
    [formatUsd(0), '$0.00'],
    [formatUsd(0.0123), '$0.0123'],
    [formatUsd(12.345), '$12.35'],
    [formatTokens(null), 'not known'],
    [formatTokens(1234567), '1,234,567'],
    [formatTimestamp('2026-03-14T10:15:59.123Z'), '2026-03-14 10:15 UTC'],
    [formatTimestamp('yesterday'), 'yesterday'],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });
});

describe('sayCosts', () => {
  const of = (cost: Cost) => costTables({ ...fullReport('word'), cost });
  const nothing = { usd: null, tokens: null };

  it('says nothing where nothing is known', () => {
    expect(of({ ...nothing, byModel: [{ model: 'opus', agents: 1, ...nothing }] })).toEqual([]);
  });

  it('makes a table of models, and one of domains where there are several', () => {
    const byModel = [
      { model: 'opus', agents: 2, usd: 1.5, tokens: 12345 },
      { model: null, agents: 1, usd: 0, tokens: 0 },
    ];
    const byDomain = [
      { domain: 'd0', agents: 2, usd: 1.5, tokens: 12345 },
      { domain: 'all', agents: 1, ...nothing },
    ];
    const models = {
      by: 'model',
      rows: [
        ['opus', '2', '–', '12,345', '$1.50'],
        ['none (commands)', '1', '–', '0', '$0.00'],
      ],
      total: ['all', '3', '–', '12,345', '$1.50'],
    };
    expect(of({ usd: 1.5, tokens: 12345, byModel, byDomain })).toEqual([
      models,
      {
        by: 'domain',
        rows: [
          ['word', '2', '–', '12,345', '$1.50'],
          ['all', '1', '–', 'not known', 'not known'],
        ],
        total: undefined,
      },
    ]);
    expect(of({ usd: 1.5, tokens: 12345, byModel, byDomain: byDomain.slice(1) })).toEqual([models]);
  });

  it('is one line where commands did all of it', () => {
    const zero = { usd: 0, tokens: 0 };
    const byDomain = ['d0', 'd1'].map((domain) => ({ domain, agents: 1, ...zero }));
    expect(of({ ...zero, byModel: [{ model: null, agents: 2, ...zero }], byDomain })).toEqual([
      { by: 'model', rows: [['none (commands)', '2', '–', '0', '$0.00']], total: undefined },
    ]);
  });
});

it('says what is assumed in the cost, and what is missing in it', () => {
  const of = (cost: Partial<Cost>) =>
    describeUncertainCost({ ...fullReport('word'), cost: { usd: 2, tokens: null, byModel: [], ...cost } });
  expect(of({})).toEqual([]);
  expect(of({ assumedUsd: 1.5, unpriced: 1 })).toEqual([
    'Of the cost, $1.50 is assumed, because the client reported none.',
    '1 attempt reported no cost, which is missing in the sums.',
  ]);
  expect(of({ usd: null, unpriced: 2 })).toEqual(['2 attempts reported no cost.']);
});

it('says what the conversation paid', () => {
  const parts = { skill: 4000, dispatch: 800, receipts: 400, results: 40 };
  expect(describeContextCost({ tokens: 1310, exact: false, parts, forecast: 2000 })).toBe(
    'This run used 1,310 tokens of the conversation (estimated; forecast 2,000): 1,000 for the command, 200 for dispatch, 100 for receipts, 10 for the agents’ own words.',
  );
});

describe('splitItem', () => {
  it.each([
    ['1. one', { mark: '1.', words: 'one' }],
    ['12) two', { mark: '12)', words: 'two' }],
    ['• three', { mark: '•', words: 'three' }],
    ['1.5 seconds', undefined],
    ['2026. A year', { mark: '2026.', words: 'A year' }],
    ['words', undefined],
  ])('%j', (paragraph, item) => {
    expect(splitItem(paragraph)).toEqual(item);
  });
});

describe('splitCode', () => {
  it.each([
    ['a `b` c', ['a ', '<b>', ' c']],
    ['`b`', ['<b>']],
    ['none', ['none']],
    ['odd ` one', ['odd ` one']],
    ['double `` two ``', ['double `` two ``']],
    ['blank ` ` code', ['blank ` ` code']],
    ['', []],
  ])('%j', (text, pieces) => {
    expect(splitCode(text).map((piece) => (piece.isCode ? `<${piece.text}>` : piece.text))).toEqual(pieces);
  });
});
