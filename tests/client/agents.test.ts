import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { assignmentOf, doWork, followCommand } from './harness/orchestra.ts';
import { type Answer, say } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

/** The most tokens of a worker's first request: system prompt, tools and messages. The client's general type has 8,400, in a workflow 7,000. */
const MAX_FIRST_REQUEST = 2000;

const PLAN = {
  version: 1,
  domains: [
    {
      id: 'd',
      workers: [
        { task: 'List part 1 of what matters for security', model: 'haiku' },
        { task: 'Find every part that matters', model: 'haiku' },
        { task: 'Run the tests and report', model: 'haiku' },
        { task: 'Read the page', tools: ['WebFetch'], model: 'haiku' },
      ],
    },
  ],
};

/** The client's Grep and Glob are commands in the shell of an agent that has Bash. */
const TOOLS = {
  a1: ['Glob', 'Read', 'Write'],
  a2: ['Glob', 'Grep', 'Read', 'Write'],
  a3: ['Bash', 'Edit', 'Read', 'Write'],
};

describe.each(['agent', 'workflow', 'tiered'])('the agents of a run by the runner %s', (driver) => {
  const rig = useRig();

  it('carry the tools of their task, and a worker has at most 2,000 tokens in its first request', async () => {
    const first = new Map<string, Call>();
    const work = (call: Call): Answer => {
      const { id } = assignmentOf(call);
      if (call.turn === 0) first.set(id, call);
      return doWork(call);
    };
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(PLAN, driver)(call) : work(call),
    );
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.result).toContain('5 of 5 agents done');
    expect(result.permission_denials).toEqual([]);
    const tools = Object.fromEntries([...first].map(([id, call]) => [id, [...call.tools].sort()]));
    expect(tools).toMatchObject(TOOLS);
    expect(tools.a4).toEqual(expect.arrayContaining(['Bash', 'ToolSearch']));
    expect((first.get('a1')?.characters ?? Infinity) / 4).toBeLessThanOrEqual(MAX_FIRST_REQUEST);
    const coordinator = driver === 'tiered' ? ['Agent', 'Bash', 'Read', 'Write'] : TOOLS.a1;
    expect(tools.d).toEqual(coordinator);
  });
});

describe('a further attempt in a workflow', () => {
  const rig = useRig();

  it('reads its prompt, with the fault of the attempt before, without a shell', async () => {
    let read = '';
    const agent = (call: Call): Answer => {
      const isSecond = call.task.includes('/prompts/a1.md');
      if (isSecond && call.turn === 1) read = call.newest + call.results.map(({ text }) => text).join('\n');
      if (assignmentOf(call).id === 'a1' && !isSecond)
        return say(
          call.newest.includes('exactly one line now') ? 'Failed. I cannot.' : 'Done. I wrote nothing.',
        );
      return doWork(call);
    };
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(PLAN, 'workflow')(call) : agent(call),
    );
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.result).toContain('5 of 5 agents done');
    expect(result.permission_denials).toEqual([]);
    expect(read).toContain('List part 1 of what matters for security');
    expect(read).toContain('## Attempt 2');
    expect(rig.ledger().filter(({ type, agent: id }) => type === 'dispatched' && id === 'a1')).toHaveLength(
      2,
    );
  });
});
