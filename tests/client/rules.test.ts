import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { doWork, followCommand, goodFile, PLAN, readAssignment } from './harness/orchestra.ts';
import { type Answer, type Reply, refuse, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';
import { openSession } from './harness/session.ts';

const _ROOT = resolve(import.meta.dirname, '../..');
const START = '/scaled-agent-orchestration Audit the sample project';

describe('the rules that hooks hold', () => {
  const rig = useRig();

  const withAgents = (agent: (call: Call) => Reply, plan?: unknown) => (call: Call) =>
    call.agentId === undefined ? followCommand(plan)(call) : agent(call);

  it('lets a worker write its own file and no other file of the run', async () => {
    const agent = (call: Call): Answer => {
      const { id, output } = readAssignment(call.task);
      if (id !== 'a1' || call.turn > 2) return doWork(call);
      const other = join(dirname(output), 'a2.md');
      const tries = [other, join(dirname(output), '..', 'synthesis', 'forged.md'), output];
      return call.turn < 3
        ? use(['Write', { file_path: tries[call.turn], content: goodFile('a1') }])
        : doWork(call);
    };
    const options = await rig.serve(withAgents(agent));
    const { result } = await runClient(START, options);
    const denied = rig.api.calls
      .filter((call) => readAssignment(call.task).id === 'a1')
      .flatMap(({ results }) => results)
      .filter(({ isError }) => isError);
    expect(denied.map(({ text }) => text)).toEqual([
      expect.stringContaining('a1 writes its own output file and no other file of the run'),
      expect.stringContaining('a1 writes its own output file and no other file of the run'),
    ]);
    expect(result.result).toContain('15 of 15 agents done');
  });

  it('records tool calls of an agent that the client did not permit', async () => {
    const plan = {
      ...PLAN,
      domains: [
        { id: 'tests', workers: [1, 2].map((n) => ({ task: `Test part ${n}`, tools: ['Bash', 'Write'] })) },
      ],
    };
    const agent = (call: Call): Answer => {
      const isFirst = readAssignment(call.task).id === 'a1' && call.turn === 0;
      if (isFirst) return use(['Bash', { command: 'npm test', description: 'Test' }]);
      return doWork(readAssignment(call.task).id === 'a1' ? { ...call, turn: call.turn - 1 } : call);
    };
    await runClient(START, await rig.serve(withAgents(agent, plan)));
    const ended = rig.ledger().filter(({ type }) => type === 'returned');
    expect(ended.find(({ agent: id }) => id === 'a1')).toMatchObject({
      verdict: 'done',
      denied: ['Bash: npm test'],
    });
    expect(ended.filter((entry) => 'denied' in entry)).toHaveLength(1);
    expect(rig.sao('status', rig.list()[0] ?? '')).toContain('denied tools: a1 (Bash: npm test)');
  });

  it('sends an agent back that returns 20,000 characters', async () => {
    const flood = 'I found a great many things. '.repeat(690);
    const agent = (call: Call): Answer => {
      const isFlood = readAssignment(call.task).id === 'c1' && call.turn === 1;
      return isFlood ? say(flood) : doWork(call);
    };
    const options = await rig.serve(withAgents(agent));
    await runClient(START, options);
    const entries = rig.ledger();
    expect(entries.find(({ type, agent: id }) => type === 'sent-back' && id === 'c1')?.fault).toContain(
      'ONE line',
    );
    expect(entries.find(({ type, agent: id }) => type === 'returned' && id === 'c1')?.chars).toBeLessThan(
      100,
    );
    const parent = rig.api.calls.filter((call) => call.agentId === undefined);
    expect(JSON.stringify(parent.at(-1)?.messages)).not.toContain(flood.slice(0, 200));
  });

  it('gives the attempt back when an agent dies of a rate limit', async () => {
    let refused = 0;
    const agent = (call: Call): Reply => {
      const { id } = readAssignment(call.task);
      if (id === 'b1' && refused < 3) {
        refused += 1;
        return refuse(429);
      }
      return doWork(call);
    };
    const options = await rig.serve(withAgents(agent));
    const { result } = await runClient(START, options);
    expect(result.result).toContain('15 of 15 agents done');
    const entries = rig.ledger().filter(({ agent: id }) => id === 'b1');
    expect(entries.filter(({ type }) => type === 'rate-limited').length).toBeGreaterThan(0);
    expect(entries.filter(({ type }) => type === 'dispatched').map(({ attempt }) => attempt)).not.toContain(
      2,
    );
  });

  it('refuses agents that are unknown, done, running or over capacity, with a reason', async () => {
    const parent = (call: Call): Answer => {
      const script = followCommand()(call);
      const calls = script.tools ?? [];
      const isFirstDispatch = call.turn === 3 && calls[0]?.name === 'Agent';
      if (!isFirstDispatch) return script;
      const [one] = calls;
      const run = /sao:(\S+)\//.exec(String(one?.input.prompt))?.[1];
      const extra = ['absent', 'coord-tests'].map((id) => ({
        name: 'Agent',
        input: { ...one?.input, prompt: `sao:${run}/${id}` },
      }));
      return { tools: [...calls, ...extra] };
    };
    const options = await rig.serve((call) => (call.agentId === undefined ? parent(call) : doWork(call)));
    await runClient(START, options);
    const errors = rig.api.calls
      .filter((call) => call.agentId === undefined)
      .flatMap(({ results }) => results)
      .filter(({ isError }) => isError)
      .map(({ text }) => text);
    const unique = [...new Set(errors)];
    expect(unique).toEqual(
      expect.arrayContaining([
        expect.stringContaining('has no agent "absent"'),
        expect.stringContaining('coord-tests cannot start yet'),
      ]),
    );
  });

  it('asks a human before the commands of a plan run, and they do not run without an answer', async () => {
    const marker = join(rig.sandbox.project, 'ran');
    const plan = {
      version: 1,
      domains: [
        {
          id: 'tools',
          workers: [
            { run: `touch ${marker}`, task: 'Touch a file' },
            { task: 'List files', model: 'haiku' },
          ],
        },
      ],
    };
    const parent = (call: Call): Answer =>
      call.turn < 5 ? followCommand(plan)(call) : say('The human said no.');
    const options = await rig.serve((call) => (call.agentId === undefined ? parent(call) : doWork(call)));
    const { result } = await runClient(START, options);
    const asked = rig.api.calls.flatMap(({ results }) => results).find(({ isError }) => isError);
    expect(asked?.text).toContain(`touch ${marker}`);
    expect(result.permission_denials).toHaveLength(1);
    expect(existsSync(marker)).toBe(false);
  });

  it('lets sao be called in a later turn too, and tells a resumed session which run is active', async () => {
    const options = await rig.serve((call) => {
      if (call.newest.includes('go on')) return use(['Bash', { command: 'sao status', description: 's' }]);
      return call.turn < 2 ? followCommand()(call) : say('Shall I start?');
    });
    const session = openSession(options);
    const first = await session.send(START);
    const second = await session.send('go on');
    await session.close();
    expect(second.permission_denials).toEqual([]);
    const before = rig.api.calls.length;
    await runClient('hello', { ...options, args: ['--resume', first.session_id] });
    expect(JSON.stringify(rig.api.calls.slice(before)[0]?.messages)).toContain('is active');
  });
});
