import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumCost, sumDomains } from '../../../../src/run/cost/cost.ts';

describe('sumCost', () => {
  it('knows nothing where nothing was reported', () => {
    expect(sumCost([])).toEqual({ usd: null, tokens: null, byModel: [] });
    expect(sumCost([{ model: 'opus' }])).toEqual({
      usd: null,
      tokens: null,
      byModel: [{ model: 'opus', agents: 1, usd: null, tokens: null }],
    });
  });

  it('adds up what is known, the dearest model first and commands among the last', () => {
    const cost = sumCost([
      { model: null },
      { model: 'haiku', costUsd: 0.01, tokens: 5 },
      { model: 'opus', costUsd: 0.1, tokens: 10 },
      { model: 'opus', costUsd: 0.2 },
    ]);
    expect(cost).toEqual({
      usd: 0.31,
      tokens: 15,
      byModel: [
        { model: 'opus', agents: 2, usd: 0.3, tokens: 10 },
        { model: 'haiku', agents: 1, usd: 0.01, tokens: 5 },
        { model: null, agents: 1, usd: 0, tokens: 0 },
      ],
    });
  });

  it('knows that commands cost nothing, and does not take them for the silence of others', () => {
    expect(sumCost([{ model: null }])).toMatchObject({ usd: 0, tokens: 0 });
    expect(sumCost([{ model: null }, { model: 'opus' }])).toMatchObject({ usd: null, tokens: null });
  });

  it('adds up domains in the order of the plan', () => {
    const sources = [
      { domain: 'b', model: 'opus', costUsd: 0.1 },
      { domain: 'a', model: null },
      { domain: 'b', model: 'haiku', costUsd: 0.2, tokens: 7 },
    ];
    expect(sumDomains(sources)).toEqual([
      { domain: 'b', agents: 2, usd: 0.3, tokens: 7 },
      { domain: 'a', agents: 1, usd: 0, tokens: 0 },
    ]);
  });

  it('does not depend on the order of agents', () => {
    const source = fc.record({
      model: fc.constantFrom('opus', 'sonnet', 'haiku', null),
      costUsd: fc.option(
        fc.integer({ min: 0, max: 9e6 }).map((n) => n / 1e6),
        { nil: undefined },
      ),
      tokens: fc.option(fc.nat(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(source), (sources) => {
        expect(sumCost(sources.toReversed())).toEqual(sumCost(sources));
      }),
    );
  });
});
