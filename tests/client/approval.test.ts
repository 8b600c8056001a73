import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doWork, followCommand } from './harness/orchestra.ts';
import { talkToPerson } from './harness/person.ts';
import { say } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

describe('the approval of a human', () => {
  const rig = useRig();

  /** Runs the command in a client whose user answers every question with yes. */
  const runWithPerson = async (answer: 'allow' | 'deny') => {
    const marker = join(rig.sandbox.project, 'ran');
    const plan = {
      version: 1,
      domains: [{ id: 'tools', workers: [{ run: `touch ${marker}`, task: 'Touch a file' }] }],
    };
    const options = await rig.serve((call) =>
      call.agentId ? doWork(call) : call.turn < 9 ? followCommand(plan)(call) : say('end'),
    );
    const { ended, questions } = await talkToPerson(
      '/scaled-agent-orchestration Touch',
      options,
      () => answer,
    );
    return { ended, questions, marker };
  };

  it('lets the commands of a plan run, once, with the token that only the answered call carries', async () => {
    const { ended, questions, marker } = await runWithPerson('allow');
    expect(existsSync(marker)).toBe(true);
    expect(questions).toHaveLength(1);
    const ledger = readFileSync(join(rig.dir, 'ledger.jsonl'), 'utf8');
    const token = /SAO_APPROVAL=(\w+)/.exec(String(questions[0]?.request.input.command))?.[1] ?? '';
    expect(token).not.toBe('');
    expect(ledger).not.toContain(token);
    expect(ended.result).toContain('done');
  });

  it('does not run them if the human says no', async () => {
    const { marker } = await runWithPerson('deny');
    expect(existsSync(marker)).toBe(false);
  });
});
