import { describe, expect, it } from 'vitest';
import { waitUntil } from '../harness/wait.ts';
import type { Call } from './harness/call.ts';
import { runClient, startClient } from './harness/client.ts';
import { parentCost } from './harness/cost.ts';
import { type Entry, startedAgain } from './harness/entries.ts';
import { misbehave, refuseHalf } from './harness/faults.ts';
import { assignmentOf, followCommand, takeUp } from './harness/orchestra.ts';
import { createGate, type Reply, refuse, type Script, say } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';
import { planOf, START, workAtLength } from './harness/thirty.ts';

const PLAN = planOf();
/** One and a half times the bound of a run without a fault. */
const MAX_TOKENS = 1.5 * 3400;

describe('a workflow of 30 workers under faults costs its conversation little more', () => {
  const rig = useRig();
  const withAgents =
    (agent: Script, plan: unknown = PLAN): Script =>
    (call) =>
      call.agentId === undefined ? followCommand(plan, null)(call) : agent(call);

  it('when half of all agent calls are refused for their rate', async () => {
    let calls = 0;
    const agent = refuseHalf((call) => {
      calls += 1;
      return workAtLength(call);
    });
    const options = await rig.serve(withAgents(agent));
    const env = { ...options.env, CLAUDE_CODE_MAX_RETRIES: '2' };
    // The client waits between its own attempts, longer on a busy machine.
    const { result } = await runClient(START, { ...options, env, limitMs: 110_000 });
    expect(result.result).toContain('34 of 34 agents done');
    expect(calls).toBeGreaterThan(65);
    expect(startedAgain(rig.ledger())).toEqual([]);
    expect(rig.tokens()).toBeLessThan(MAX_TOKENS);
  });

  it('when agents die of refused calls: they are tried again in the same workflow', async () => {
    const unlucky = new Map<string, number>();
    const agent = (call: Call): Reply => {
      const { id } = assignmentOf(call);
      const deaths = unlucky.get(id) ?? 0;
      // After its first tool call every second worker dies once.
      if (call.turn === 1 && /[2468]$/.test(id) && deaths === 0) {
        unlucky.set(id, 1);
        return refuse(429);
      }
      return workAtLength(call);
    };
    const options = await rig.serve(withAgents(agent));
    // Each death is followed by a wait of the client, longer on a busy machine.
    const { result } = await runClient(START, { ...options, limitMs: 110_000 });
    expect(result.result).toContain('34 of 34 agents done');
    expect(unlucky.size).toBeGreaterThan(10);
    expect(rig.ledger().filter(({ attempt }) => attempt === 2)).toEqual([]);
    expect(workflows()).toBe(1);
    expect(rig.tokens()).toBeLessThan(MAX_TOKENS);
  });

  it('when one never ends, one is never answered, one writes nothing, and a coordinator floods its answer', async () => {
    const faulty = { endless: 'a1', silent: 'c3', idle: 'b2', flooding: ['speed'] };
    const options = await rig.serve(withAgents(misbehave(workAtLength, faulty), planOf(1)));
    const { result } = await runClient(START, { ...options, limitMs: 220_000 });
    expect(result.result).toContain('31 of 34 agents done; gaps: a1, b2, c3');
    expect(rig.api.calls.filter((call) => assignmentOf(call).id === 'a1').length).toBeGreaterThan(2);
    expect(startedAgain(rig.ledger())).toEqual([]);
    expect(rig.tokens()).toBeLessThan(MAX_TOKENS);
  }, 240_000);

  it('when the parent is killed: a fresh conversation is back at work for under 400 tokens', async () => {
    let session: string | undefined;
    const isHeld = (call: Call) => call.agentId !== undefined && /^[cd]/.test(assignmentOf(call).id);
    const options = await rig.serve((call) => {
      session ??= call.sessionId;
      if (call.agentId === undefined) return followCommand(PLAN, null)(call);
      return isHeld(call) && call.sessionId === session
        ? createGate().passed.then(() => say(''))
        : workAtLength(call);
    });
    const first = startClient(START, options);
    const isDone = ({ type, verdict }: Entry) => type === 'returned' && verdict === 'done';
    await waitUntil(() => rig.ledger().filter(isDone).length >= 16);
    await first.kill();
    await rig.api.close().catch(() => undefined);
    const before = rig.ledger().filter(isDone);
    const second = await rig.serve((call) =>
      call.agentId === undefined ? takeUp()(call) : workAtLength(call),
    );
    const { result } = await runClient('Go on with the run', {
      ...second,
      args: ['--allowedTools', 'Bash(sao:*)'],
    });
    expect(result.result).toContain('34 of 34 agents done');
    expect(result.permission_denials).toEqual([]);
    const entries = rig.ledger();
    for (const { agent } of before)
      expect(entries.filter((entry) => entry.type === 'dispatched' && entry.agent === agent)).toHaveLength(1);
    const parent = rig.api.calls.filter(({ agentId }) => agentId === undefined);
    const launched = parent.findIndex((call) =>
      call.results.some(({ text }) => text.startsWith('Workflow launched')),
    );
    expect(launched).toBeGreaterThan(0);
    expect(parentCost(parent.slice(0, launched)).total / 4).toBeLessThan(400);
  });

  function workflows(): number {
    const parent = rig.api.calls.filter(({ agentId }) => agentId === undefined);
    const texts = parent.flatMap(({ results }) => results).map(({ text }) => text);
    return texts.filter((text) => text.startsWith('Workflow launched')).length;
  }
});
