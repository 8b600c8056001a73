import { describe, expect, it } from 'vitest';
import { addAgentsCosts, costOfRun, formatCost } from '../../../../src/run/cost/amounts.ts';

describe('a cost', () => {
  it.each([
    [{ costUsd: 0, assumedUsd: 0, unpriced: 0 }, 0, ''],
    [{ costUsd: 2, assumedUsd: 0, unpriced: 0 }, 0, '$2.00'],
    [{ costUsd: 1.5, assumedUsd: 1.5, unpriced: 0 }, 0, '$1.50, of it $1.50 assumed'],
    [
      { costUsd: 10.57, assumedUsd: 1, unpriced: 0 },
      7.87,
      '$10.57, of which $7.87 for audits, of it $1.00 assumed',
    ],
    [{ costUsd: 0, assumedUsd: 0, unpriced: 3 }, 0, 'cost not reported'],
    [{ costUsd: 0.4, assumedUsd: 0, unpriced: 1 }, 0, 'at least $0.40 (1 attempt reported no cost)'],
  ])('%o with $%d for audits: %s', (cost, auditUsd, text) => {
    expect(formatCost(cost, auditUsd)).toBe(text);
  });

  it('is summed over the agents of a run and its audits', () => {
    const agents = new Map([
      ['a1', { assumedUsd: 0.5, unpriced: 0 }],
      ['a2', { assumedUsd: 1, unpriced: 2 }],
    ]);
    const own = costOfRun({ costUsd: 4, agents });
    expect(own).toEqual({ costUsd: 4, assumedUsd: 1.5, unpriced: 2 });
    expect(addAgentsCosts([own, own])).toEqual({ costUsd: 8, assumedUsd: 3, unpriced: 4 });
  });
});
