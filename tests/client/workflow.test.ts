import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { assignmentOf, doWork, followCommand, goodFile, PLAN } from './harness/orchestra.ts';
import { type Answer, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

describe('a run as one native workflow', () => {
  const rig = useRig();

  it('needs one call, holds the rules, and compiles what is left', async () => {
    const agent = (call: Call): Answer => {
      const { id, output } = assignmentOf(call);
      if (id === 'a2' && call.turn === 0)
        return use(['Write', { file_path: output, content: '# a2\n\nForgot the end.\n' }]);
      if (id === 'a2' && call.newest.includes('Stop hook feedback'))
        return use(['Write', { file_path: output, content: goodFile(id) }]);
      if (id === 'b3')
        return say(
          call.newest.includes('exactly one line now') ? 'Failed. I cannot.' : 'Done. I wrote nothing.',
        );
      return doWork(call);
    };
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(PLAN, 'workflow')(call) : agent(call),
    );
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.permission_denials).toEqual([]);
    expect(result.result).toContain('14 of 15 agents done; gaps: b3');
    const parent = rig.api.calls.filter((call) => call.agentId === undefined);
    expect(
      parent.flatMap(({ results }) => results).filter(({ text }) => text.startsWith('Workflow launched')),
    ).toHaveLength(1);
    const entries = rig.ledger();
    const dispatched = entries.filter(({ type }) => type === 'dispatched');
    expect(dispatched.filter(({ agent: id }) => id === 'b3').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(dispatched).toHaveLength(16);
    expect(
      rig.api.calls.find(
        (call) =>
          call.task.includes('# Coordinate: speed') ||
          call.results.some(({ text }) => text.includes('# Coordinate: speed')),
      ),
    ).toBeDefined();
  });

  it('refuses no call of agents that begin with several calls at once', async () => {
    const agent = (call: Call): Answer =>
      call.turn === 0
        ? use(
            ...[1, 2, 3].map((offset): [string, Record<string, unknown>] => [
              'Read',
              { file_path: join(rig.sandbox.project, 'src', 'a.ts'), offset },
            ]),
          )
        : doWork({ ...call, turn: call.turn - 1 });
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(PLAN, 'workflow')(call) : agent(call),
    );
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.result).toContain('15 of 15 agents done');
    const refused = rig.api.calls.flatMap(({ agentId, results }) =>
      agentId === undefined ? [] : results.filter(({ isError }) => isError),
    );
    expect(refused).toEqual([]);
    expect(rig.ledger().filter(({ type }) => type === 'dispatched')).toHaveLength(15);
  });
});
