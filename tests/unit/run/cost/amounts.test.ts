import { describe, expect, it } from 'vitest';
import { formatAssumed, formatBuildCost, sumAssumedUsd } from '../../../../src/run/cost/amounts.ts';

describe('a cost of which a part is assumed', () => {
  it('says so', () => {
    expect(formatBuildCost(1.5, 0, 1.5)).toBe('$1.50, of it $1.50 assumed');
    expect(formatBuildCost(10.57, 7.87, 1)).toBe('$10.57, of which $7.87 for audits, of it $1.00 assumed');
    expect([formatBuildCost(2, 0, 0), formatAssumed(0)]).toEqual(['$2.00', '']);
  });

  it('is summed over the agents', () => {
    expect(
      sumAssumedUsd(
        new Map([
          ['a1', { assumedUsd: 0.5 }],
          ['a2', { assumedUsd: 1 }],
        ]),
      ),
    ).toBe(1.5);
    expect(sumAssumedUsd(new Map())).toBe(0);
  });
});
