import { describe, expect, it } from 'vitest';
import { formatPrice, priceAgents } from '../../../../src/run/cost/price-agents.ts';
import { agentOf, planWith } from '../../../harness/snapshots.ts';

const plan = planWith([
  agentOf('a1'),
  agentOf('a2'),
  agentOf('a3', { model: 'opus' }),
  agentOf('c1', { kind: 'command', model: null, command: ['ls'] }),
]);

describe('the price of a plan', () => {
  it('is the mean of earlier runs by model', () => {
    const price = priceAgents(
      plan,
      new Map([
        ['haiku', { usd: 0.2 }],
        ['opus', { usd: 1.5 }],
      ]),
    );
    expect(price).toEqual({
      usd: 1.9,
      isAssumed: false,
      byModel: [
        { model: 'opus', agents: 1, usd: 1.5 },
        { model: 'haiku', agents: 2, usd: 0.4 },
      ],
    });
    expect(formatPrice(price)).toBe('$1.90 (1 opus $1.50, 2 haiku $0.40)');
  });

  it('is assumed, and says so, where the mean is the least that is believed', () => {
    const price = priceAgents(
      plan,
      new Map([
        ['haiku', { usd: 0.025 }],
        ['opus', { usd: 1.5 }],
      ]),
    );
    expect(formatPrice(price)).toBe('$1.55 (1 opus $1.50, 2 haiku $0.05; assumed)');
  });

  it('is assumed, and says so, for a model whose cost no run has reported', () => {
    const price = priceAgents(plan, new Map([['haiku', { usd: null }]]));
    expect(formatPrice(price)).toBe('$0.35 (1 opus $0.25, 2 haiku $0.10; assumed)');
  });
});
