import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFullScale } from '../harness/scale.ts';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { startedAgain } from './harness/entries.ts';
import { misbehave, refuseHalf } from './harness/faults.ts';
import { followCommand } from './harness/orchestra.ts';
import { type Reply, refuse } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';
import { planOf, START, workAtLength } from './harness/thirty.ts';

describe('a run of 30 workers without a workflow, under faults, costs its conversation little more', () => {
  const rig = useRig();

  it('when a tiered run meets refused calls and a coordinator that dies in the middle', async () => {
    const tries = new Map<string, number>();
    let deaths = 0;
    const agent = (call: Call): Reply => {
      const key = call.agentId ?? '';
      const count = (tries.get(key) ?? 0) + 1;
      tries.set(key, count);
      const isDying = call.task.includes('--domain speed') && call.turn === 2 && deaths < 3;
      if (isDying) deaths += 1;
      return isDying || count % 2 === 1 ? refuse(429) : workAtLength(call);
    };
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(planOf(), 'tiered')(call) : agent(call),
    );
    const env = { ...options.env, CLAUDE_CODE_MAX_RETRIES: '2' };
    const { result } = await runClient(START, { ...options, env, limitMs: 110_000 });
    expect(result.result).toContain('34 of 34 agents done');
    expect(deaths).toBe(3);
    expect(startedAgain(rig.ledger())).toEqual([]);
    expect(rig.ledger().filter(({ attempt }) => attempt === 2)).toEqual([]);
    expect(rig.tokens()).toBeLessThan(1.5 * 6000);
  });

  // What the parent pays in a run of the driver `agent` has no bound; past its ceiling `sao next` would ask.
  const drivers: [string, number][] = [
    ['tiered', 1.5 * 6000],
    ['agent', Number.POSITIVE_INFINITY],
  ];
  it.each(isFullScale ? drivers : drivers.slice(0, 1))(
    'when all of it comes together, by the driver %s',
    async (driver, most) => {
      await mkdir(join(rig.sandbox.project, '.orchestration'));
      await writeFile(
        join(rig.sandbox.project, '.orchestration', 'config.json'),
        '{"contextBudget": 100000}',
      );
      const faulty = { endless: 'a1', idle: 'b2', flooding: ['c3', 'tests'] };
      const agent = refuseHalf(misbehave(workAtLength, faulty));
      const options = await rig.serve((call) =>
        call.agentId === undefined ? followCommand(planOf(5), driver)(call) : agent(call),
      );
      const env = { ...options.env, CLAUDE_CODE_MAX_RETRIES: '2' };
      const { result } = await runClient(START, { ...options, env, limitMs: 230_000 });
      expect(result.result).toContain('32 of 34 agents done; gaps: a1, b2');
      expect(startedAgain(rig.ledger())).toEqual([]);
      expect(rig.tokens()).toBeLessThan(most);
    },
    240_000,
  );
});
