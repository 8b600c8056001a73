import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CostBudget, estimateUsd, reserveUsd } from '../../../src/headless/budget.ts';
import { agentOf, planWith, snapshotOf } from '../../harness/snapshots.ts';

describe('the estimated cost of an agent', () => {
  it('is the mean of its model’s ended attempts, without those that cost nothing', () => {
    expect(estimateUsd('haiku', [0.2, 0, 0.4])).toBeCloseTo(0.3);
  });

  it('is an assumption before the first has ended', () => {
    expect(estimateUsd('haiku', [])).toBe(0.05);
    expect(estimateUsd('opus', [0])).toBe(0.25);
  });
});

describe('reserving money for one more agent', () => {
  it.each([
    ['twice its estimate', { bound: 5, spent: 1, reserved: [0.5] }, 0.5, 1],
    ['what is left, if that covers the estimate', { bound: 2, spent: 1, reserved: [0.4] }, 0.5, 0.6],
    ['nothing, if what is left does not cover it', { bound: 2, spent: 1, reserved: [0.6] }, 0.5, undefined],
    ['nothing, if all is spent', { bound: 2, spent: 2.1, reserved: [] }, 0.5, undefined],
    ['a bound below one estimate, for the first agent', { bound: 0.1, spent: 0, reserved: [] }, 0.5, 0.1],
    ['no second one beside it', { bound: 0.1, spent: 0, reserved: [0.1] }, 0.5, undefined],
  ])('%s', (_, money, estimate, cap) => {
    const got = reserveUsd(money, estimate);
    if (cap === undefined) expect(got).toBeUndefined();
    else expect(got).toBeCloseTo(cap, 9);
  });

  it('never lets a run pass its bound with any costs within the caps', () => {
    const step = fc.record({ part: fc.double({ min: 0, max: 1, noNaN: true }), ends: fc.boolean() });
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.array(step, { maxLength: 60 }),
        (bound, estimate, steps) => {
          let spent = 0;
          const reserved: number[] = [];
          for (const { part, ends } of steps) {
            const cap = reserveUsd({ bound, spent, reserved }, estimate);
            if (cap !== undefined) reserved.push(cap);
            if (ends || cap === undefined) spent += part * (reserved.shift() ?? 0);
          }
          expect(spent + reserved.reduce((sum, cap) => sum + cap, 0)).toBeLessThanOrEqual(bound + 1e-9);
        },
      ),
    );
  });
});

describe('the end of a reservation', () => {
  const USE = { inputTokens: 5, outputTokens: 6, durationMs: 7 };
  const settle = (bound: number | undefined, outcome: object) => {
    const agent = agentOf('a1');
    const budget = new CostBudget(bound);
    budget.reserve(snapshotOf({ plan: planWith([agent]) }), [agent]);
    return budget.settle('a1', { answer: '', ...outcome }).spent;
  };

  it.each<[string, number | undefined, object, object | undefined]>([
    ['a reported cost counts', 5, { spent: { ...USE, costUsd: 0.01 } }, { ...USE, costUsd: 0.01 }],
    [
      'the cap counts beside tokens without a cost',
      5,
      { spent: USE },
      { ...USE, costUsd: 0.1, isEstimate: true },
    ],
    [
      'the cap counts without a result',
      5,
      {},
      { inputTokens: 0, outputTokens: 0, durationMs: 0, costUsd: 0.1, isEstimate: true },
    ],
    ['nothing counts of a program that cannot be started', 5, { isHopeless: true }, undefined],
    ['without a bound there is no cap', undefined, { spent: USE }, USE],
  ])('%s', (_, bound, outcome, spent) => {
    expect(settle(bound, outcome)).toEqual(spent);
  });

  it('estimates from reported costs, not from caps', () => {
    const agents = [agentOf('a1'), agentOf('a2')];
    const assumed = { type: 'spent', agent: 'a1', attempt: 1, costUsd: 4, ...USE, isEstimate: true } as const;
    const budget = new CostBudget(5);
    budget.reserve(snapshotOf({ plan: planWith(agents), events: [assumed] }), [agentOf('a2')]);
    expect(budget.capOf('a2')).toBeCloseTo(0.1);
  });
});
