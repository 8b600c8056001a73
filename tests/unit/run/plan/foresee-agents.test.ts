import { describe, expect, it } from 'vitest';
import type { Plan, PlannedAgent } from '../../../../src/run/ledger/manifest.ts';
import { type Experience, foreseeAgents } from '../../../../src/run/plan/forecast-agents.ts';

const agent = (id: string, domain: string, model: string | null) => ({ id, domain, model }) as PlannedAgent;
const planOf = (...agents: PlannedAgent[]) => ({ agents }) as Plan;
const PLAN = planOf(agent('a1', 'a', 'opus'), agent('a2', 'a', null), agent('b1', 'b', 'haiku'));

describe('foreseeAgents', () => {
  it('goes by what such agents used before', () => {
    const known: Experience = new Map([
      ['opus', { tokens: 900, usd: 0.5 }],
      ['haiku', { tokens: 100, usd: 0.1 }],
    ]);
    expect(foreseeAgents(PLAN, 500, known)).toEqual({
      tokens: 1000,
      usd: 0.6,
      basis: 'earlier runs',
      byModel: [
        { model: 'opus', agents: 1, tokens: 900, usd: 0.5 },
        { model: 'haiku', agents: 1, tokens: 100, usd: 0.1 },
        { model: null, agents: 1, tokens: 0, usd: 0 },
      ],
      byDomain: [
        { domain: 'a', agents: 2, tokens: 900, usd: 0.5 },
        { domain: 'b', agents: 1, tokens: 100, usd: 0.1 },
      ],
    });
  });

  it('assumes where nothing is known, says so, and then foresees no dollars', () => {
    const part = foreseeAgents(PLAN, 500, new Map([['opus', { tokens: 900, usd: 0.5 }]]));
    expect(part).toMatchObject({ basis: 'earlier runs and assumption', usd: null });
    const none = foreseeAgents(PLAN, 500, new Map());
    expect(none).toMatchObject({ basis: 'assumption', usd: null });
    expect(none.tokens).toBe(2 * (part.tokens - 900));
    expect(foreseeAgents(PLAN, 1500, new Map()).tokens).toBe(none.tokens + 2 * 8 * 1000);
  });

  it('foresees nothing for commands', () => {
    const commands = foreseeAgents(planOf(agent('a1', 'a', null)), 0, new Map());
    expect(commands).toMatchObject({ tokens: 0, usd: 0, basis: 'earlier runs' });
  });
});
