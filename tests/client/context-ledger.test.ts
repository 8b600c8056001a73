import { execFileSync } from 'node:child_process';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { parentCost } from './harness/cost.ts';
import { doWork, followCommand, PLAN } from './harness/orchestra.ts';
import type { Answer } from './harness/reply.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START = '/scaled-agent-orchestration Audit the sample project';

describe('what a run costs the conversation', () => {
  let sandbox: Sandbox;
  let api: ScriptedApi;
  let runs: string;
  beforeEach(async () => {
    sandbox = await createSandbox();
    runs = join(await realpath(sandbox.root), 'runs');
    await mkdir(join(sandbox.project, '.orchestration'));
    await writeFile(join(sandbox.project, 'a.ts'), 'export {};\n');
  });
  afterEach(async () => {
    await api.close().finally(sandbox.remove);
  });
  const configure = (config: object) =>
    writeFile(join(sandbox.project, '.orchestration', 'config.json'), JSON.stringify(config));
  const carryOut = async (parent: (call: Call) => Answer) => {
    api = await startApi((call) => (call.agentId === undefined ? parent(call) : doWork(call)));
    const env = { SAO_RUNS_DIR: runs };
    return (await runClient(START, { api, sandbox, plugins: [ROOT], env })).result;
  };
  const sao = async (name: string) => {
    const [run = ''] = (await readdir(runs)).filter((entry) => !entry.startsWith('.'));
    const env = { PATH: process.env.PATH, SAO_RUNS_DIR: runs };
    const text = execFileSync(join(ROOT, 'bin/sao'), [name, run, '--json'], { encoding: 'utf8', env });
    return JSON.parse(text).data;
  };

  it.each(['workflow', 'tiered', 'agent'])(
    'is told by status and report within a tenth: %s',
    async (driver) => {
      await carryOut(followCommand(PLAN, driver));
      const { context } = await sao('status');
      const counted = (parentCost(api.calls).total + (api.calls[0]?.task.length ?? 0)) / 4;
      expect(context.exact).toBe(false);
      expect(context.tokens).toBeGreaterThan(0.9 * counted - 100);
      expect(context.tokens).toBeLessThan(1.1 * counted);
      expect(context.parts.results).toBeGreaterThan(100);
      const report = await sao('report');
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
    const { context: cost } = await sao('status');
    const turns = api.calls.filter(({ agentId }) => agentId === undefined).length;
    const opening = Math.round(cost.parts.skill / 4);
    expect(cost).toMatchObject({ exact: true, tokens: opening + (turns - 1) * 700 + 40 });
  });

  it('ends at its ceiling: next asks, and names the cheaper driver', async () => {
    await configure({ driver: 'agent', contextBudget: 1200 });
    const result = await carryOut(followCommand(PLAN, null));
    expect(result.result).toContain('its ceiling is 1200');
    expect(result.result).toContain('--driver workflow');
    const status = await sao('status');
    expect(status.counts.done).toBe(12);
  });
});
