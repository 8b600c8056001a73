import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { doWork, followCommand, PLAN } from './harness/orchestra.ts';
import type { Answer } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

const START = '/scaled-agent-orchestration Audit the sample project';

describe('what a run costs the conversation', () => {
  const rig = useRig();
  const configure = async (config: object) => {
    await mkdir(join(rig.sandbox.project, '.orchestration'));
    await writeFile(join(rig.sandbox.project, '.orchestration', 'config.json'), JSON.stringify(config));
  };
  const carryOut = async (parent: (call: Call) => Answer) => {
    const options = await rig.serve((call) => (call.agentId === undefined ? parent(call) : doWork(call)));
    return (await runClient(START, options)).result;
  };
  const sao = (name: string) => JSON.parse(rig.sao(name, rig.dir, '--json')).data;

  it.each(['workflow', 'tiered', 'agent'])(
    'is told by status and report within a tenth: %s',
    async (driver) => {
      await carryOut(followCommand(PLAN, driver));
      const { context } = sao('status');
      const counted = rig.tokens();
      expect(context.exact).toBe(false);
      expect(context.tokens).toBeGreaterThan(0.9 * counted - 100);
      expect(context.tokens).toBeLessThan(1.1 * counted);
      expect(context.parts.results).toBeGreaterThan(100);
      const report = sao('report');
      expect(report.context).toMatchObject({ exact: false, forecast: expect.any(Number) });
      expect(report.cost.tokens).toBeGreaterThan(0);
      expect(report.cost.byDomain).toHaveLength(3);
    },
  );

  it('is exact by the figures of the client', async () => {
    let context = 20_000;
    await carryOut((call) => {
      context += 700;
      return { ...followCommand(PLAN, 'workflow')(call), usage: { input: context, output: 40 } };
    });
    const { context: cost } = sao('status');
    const turns = rig.api.calls.filter(({ agentId }) => agentId === undefined).length;
    const opening = Math.round(cost.parts.skill / 4);
    expect(cost).toMatchObject({ exact: true, tokens: opening + (turns - 1) * 700 + 40 });
  });

  it('ends at its ceiling: next asks, and names the cheaper driver', async () => {
    await configure({ driver: 'agent', contextBudget: 1200 });
    const result = await carryOut(followCommand(PLAN, null));
    expect(result.result).toContain('its ceiling is 1200');
    expect(result.result).toContain('--driver workflow');
    const status = sao('status');
    expect(status.counts.done).toBe(12);
  });
});
