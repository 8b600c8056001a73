import { describe, expect, it } from 'vitest';
import { type AgentUse, learnUse } from '../../../../src/run/plan/experience.ts';

const use = (usd: number | null, more: Partial<AgentUse> = {}): AgentUse => ({
  model: 'opus',
  tokens: 100_000,
  usd,
  isDone: true,
  ...more,
});
const times = (count: number, one: AgentUse) => Array.from({ length: count }, () => one);

describe('what is learned from the use of earlier agents', () => {
  it('is the mean of three agents or more', () => {
    const learned = learnUse([
      ...times(2, use(0.5)),
      use(1.1, { tokens: 130_000 }),
      ...times(9, use(9, { model: 'fable' })),
    ]);
    expect(learned).toEqual(
      new Map([
        ['opus', { tokens: 110_000, usd: 0.7 }],
        ['fable', { tokens: 100_000, usd: 9 }],
      ]),
    );
  });

  it.each<[string, AgentUse[]]>([
    ['no agent', []],
    ['one agent that cost nearly nothing', [use(0.0001)]],
    ['two agents', times(2, use(0.0001))],
    ['agents that are not done', times(50, use(0.0001, { isDone: false }))],
    ['two done agents and gaps', [...times(2, use(0.02)), ...times(50, use(0.0001, { isDone: false }))]],
    ['agents without recorded use', times(50, use(null, { tokens: 0 }))],
  ])('is nothing from %s', (_, used) => {
    expect(learnUse(used)).toEqual(new Map());
  });

  it('is no price where fewer than three agents have one', () => {
    const used = [...times(2, use(0.5)), ...times(20, use(null))];
    expect(learnUse(used).get('opus')).toEqual({ tokens: 100_000, usd: null });
  });

  it.each([
    ['opus', 0.125],
    ['haiku', 0.025],
    ['a model without an assumed price', 0.0001],
  ])('is at least half of the assumed price, and one request: %s', (model, usd) => {
    const used = times(100, use(0.0001, { model, tokens: 200 }));
    expect(learnUse(used).get(model)).toEqual({ tokens: 7000, usd });
  });
});
