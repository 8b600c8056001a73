import { describe, expect, it } from 'vitest';
import type { PlannedAgent } from '../../../../src/run/ledger/manifest.ts';
import { estimateTokens } from '../../../../src/run/plan/estimate.ts';
import { renderPlanMarkdown } from '../../../../src/run/plan/table.ts';
import { agentOf, planWith } from '../../../harness/snapshots.ts';

const command: Partial<PlannedAgent> = { kind: 'command', model: null, command: ['ls'] };
const coordinator = { role: 'coordinator', returns: 'summary', model: 'sonnet', wave: 2 } as const;

describe('the reviews of auto mode', () => {
  it.each([
    [
      'two workers and their coordinator',
      [agentOf('a1'), agentOf('a2'), agentOf('coord-d', coordinator)],
      108_000,
    ],
    ['a command beside a worker', [agentOf('a1'), agentOf('c1', command)], 36_000],
    ['commands alone', [agentOf('c1', command)], 0],
  ])('of %s', (_, agents, tokens) => {
    const plan = planWith(agents);
    const estimate = estimateTokens(plan, 4000);
    expect(estimate.reviews).toBe(tokens);
    const text = renderPlanMarkdown(plan, estimate);
    const clause = `; in auto mode, by the client’s reviews of finished agents: ${tokens} more.`;
    expect(text.includes(clause)).toBe(tokens > 0);
    expect(text.includes('auto mode')).toBe(tokens > 0);
  });

  it('are no part of what the conversation or the agents use', () => {
    const { parent, agents } = estimateTokens(planWith([agentOf('a1')]), 4000);
    expect(parent.workflow).toBeLessThan(2000);
    expect(agents.tokens).toBe(106_000);
  });
});
