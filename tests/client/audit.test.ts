import { describe, expect, it } from 'vitest';
import { waitUntil } from '../harness/wait.ts';
import { type Call, listedSkills } from './harness/call.ts';
import { runClient, startClient } from './harness/client.ts';
import { doWork, followCommand, goodFile, readAssignment, takeUp } from './harness/orchestra.ts';
import { type Answer, createGate, type Script, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

describe('an audit in the real client', () => {
  const rig = useRig();

  const parentOr =
    (parent: (call: Call) => Answer, agent: (call: Call) => Answer): Script =>
    (call) =>
      call.agentId === undefined ? parent(call) : agent(call);

  it('lists command and skill side by side', async () => {
    const options = await rig.serve(() => say('end'));
    await runClient('/scaled-agent-orchestration setup', options);
    const listed = rig.api.calls.flatMap(listedSkills).join('\n');
    expect(listed).toContain('scaled-agent-orchestration:scaled-agent-orchestration');
    expect(listed).toContain('scaled-agent-orchestration:agents-at-scale');
    expect(rig.api.calls[0]?.task).toContain('Task: setup');
  });

  it('runs 12 workers and 3 coordinators without a denial; one is sent back, one becomes a gap', async () => {
    const agent = (call: Call): Answer => {
      const { id, output } = readAssignment(call.task);
      if (id === 'a2' && call.turn === 0)
        return use(['Write', { file_path: output, content: '# a2\n\nForgot the end.\n' }]);
      if (id === 'a2' && call.newest.includes('Stop hook feedback'))
        return use(['Write', { file_path: output, content: goodFile(id) }]);
      if (id === 'a2') return say('Done. It is all there.');
      if (id === 'b3') return say('Done. I wrote nothing.');
      return doWork(call);
    };
    const options = await rig.serve(parentOr(followCommand(), agent));
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.permission_denials).toEqual([]);
    expect(result.result).toContain('14 of 15 agents done; gaps: b3');
    const entries = rig.ledger();
    const of = (type: string, id?: string) =>
      entries.filter((entry) => entry.type === type && (!id || entry.agent === id));
    expect(of('sent-back', 'a2')[0]?.fault).toContain('<!-- DONE -->');
    expect(of('returned', 'a2').map(({ verdict }) => verdict)).toEqual(['done']);
    expect(of('dispatched', 'b3').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(of('gap').map((entry) => entry.agent)).toEqual(['b3']);
    expect(of('dispatched')).toHaveLength(16);
    expect(of('returned', 'a1')[0]).toMatchObject({
      chars: 'Done. One finding in a1.'.length,
      verdict: 'done',
    });
    const coordinator = rig.api.calls.find((call) => call.task.includes('# Coordinate: speed'));
    expect(coordinator?.task).toContain('- b3 (');
    expect(coordinator?.model).toContain('sonnet');
    expect(rig.sao('report', '--brief', rig.list()[0] ?? '')).toContain('b3');
  });

  it('is finished by a second session after the first was killed, and no finished worker runs twice', async () => {
    let session: string | undefined;
    const isHeld = (call: Call) => call.agentId !== undefined && /^[bc]/.test(readAssignment(call.task).id);
    // The first session is killed while 8 of its 12 agents wait for their first answer.
    const options = await rig.serve((call) => {
      session ??= call.sessionId;
      if (call.agentId === undefined) return followCommand()(call);
      return isHeld(call) && call.sessionId === session
        ? createGate().passed.then(() => say(''))
        : doWork(call);
    });
    const first = startClient('/scaled-agent-orchestration Audit the sample project', options);
    await rig.api.waitFor(() => rig.api.calls.filter(isHeld).length === 8);
    await waitUntil(() => rig.ledger().filter(({ type }) => type === 'returned').length === 4);
    await first.kill();
    await rig.api.close().catch(() => undefined);
    const before = rig.ledger().filter(({ type, verdict }) => type === 'returned' && verdict === 'done');
    const second = await rig.serve(parentOr(takeUp(), doWork));
    const { result } = await runClient('Go on with the run', {
      ...second,
      args: ['--allowedTools', 'Bash(sao:*)'],
    });
    expect(result.result).toContain('15 of 15 agents done');
    expect(result.permission_denials).toEqual([]);
    const entries = rig.ledger();
    expect(before).toHaveLength(4);
    for (const { agent } of before) {
      expect(entries.filter((entry) => entry.type === 'dispatched' && entry.agent === agent)).toHaveLength(1);
    }
  });
});
