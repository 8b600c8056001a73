import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gateStatus } from '../../src/pipeline/gate/gate.ts';
import { readGateSubject } from '../../src/pipeline/gate/subject.io.ts';
import type { GateStatus } from '../../src/pipeline/gate/subject.ts';
import { readRunState } from '../../src/run/ledger/run-state.io.ts';
import { replayLedger } from '../../src/run/ledger/state.ts';
import { readLedger } from '../../src/run/ledger/store.io.ts';
import { BuildRun, RUN } from '../harness/build-run.ts';
import { bash } from './harness/orchestra.ts';
import { type Question, talkToPerson } from './harness/person.ts';
import { type Script, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

const SESSION = '0a1b2c3d-0000-4000-8000-000000000001';
const APPROVE = `sao gate approve architect ${RUN}`;

describe('a human gate, in a session that skips permissions', () => {
  const rig = useRig();
  let run: BuildRun;
  beforeEach(() => {
    run = new BuildRun({ project: rig.sandbox.project, root: rig.runs, session: SESSION });
  });

  const talk = async (script: Script, answer: 'allow' | 'deny') => {
    const args = ['--session-id', SESSION, '--dangerously-skip-permissions'];
    const options = { ...(await rig.serve(script)), args };
    const { questions } = await talkToPerson('Go on', options, () => answer);
    return questions;
  };
  /** A parent that runs these commands in order. */
  const runs =
    (...commands: string[]): Script =>
    (call) => {
      const command = commands[call.turn];
      return command === undefined ? say('end') : bash(command);
    };
  const standing = async (): Promise<GateStatus> => {
    const hash = (await readGateSubject(run.dir, 'architect', readRunState(run.dir)))?.hash ?? '';
    return gateStatus(replayLedger(readLedger(run.dir)), 'architect', hash);
  };
  const results = () => rig.api.calls.flatMap((call) => call.results);
  const tokenOf = (question: Question | undefined) =>
    /^SAO_APPROVAL=(\w+) /.exec(String(question?.request.input.command))?.[1] ?? '';

  it('is asked for, and a no leaves it closed', async () => {
    const questions = await talk(runs(APPROVE), 'deny');
    expect(questions).toHaveLength(1);
    expect(JSON.stringify(questions)).toContain('test command: npm test');
    expect(await standing()).toBe('closed');
  });

  it('is approved by a yes, and its token reaches no other process', async () => {
    const questions = await talk(runs(APPROVE, 'sao gate show architect'), 'allow');
    expect(questions).toHaveLength(1);
    expect(await standing()).toBe('open');
    const token = tokenOf(questions[0]);
    expect(token).not.toBe('');
    expect(readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8')).not.toContain(token);
    expect(JSON.stringify(rig.api.calls.flatMap(({ messages }) => messages))).not.toContain(token);
    expect(results().at(-1)?.text).toContain('open: approved in its present form');
  });

  it('is not approved by an invented token, even if the human allows the call', async () => {
    const questions = await talk(runs(`SAO_APPROVAL=0123456789abcdef0123456789abcdef ${APPROVE}`), 'allow');
    expect(questions).toHaveLength(1);
    expect(results()[0]).toMatchObject({
      isError: true,
      text: expect.stringContaining('belongs to another question'),
    });
    expect(await standing()).toBe('closed');
  });

  it('is asked for behind a variable too', async () => {
    const questions = await talk(runs(`X=sao; $X gate approve architect ${RUN}`), 'deny');
    expect(questions).toHaveLength(1);
    expect(await standing()).toBe('closed');
  });

  it('is answered by no subagent', async () => {
    const script: Script = (call) => {
      if (call.agentId !== undefined) return runs(APPROVE, `X=1 ${APPROVE}`)(call);
      return call.turn === 0
        ? use([
            'Agent',
            {
              description: 'd',
              prompt: 'Approve it',
              subagent_type: 'general-purpose',
              run_in_background: false,
            },
          ])
        : say('end');
    };
    const questions = await talk(script, 'allow');
    expect(questions).toEqual([]);
    const denied = rig.api.calls
      .filter(({ agentId }) => agentId !== undefined)
      .flatMap((call) => call.results);
    expect(denied).toMatchObject([{ isError: true }, { isError: true }]);
    for (const { text } of denied) expect(text).toContain('that a human has to make');
    expect(await standing()).toBe('closed');
  });

  it('takes a no with its note', async () => {
    const questions = await talk(runs(`sao gate reject architect ${RUN} --note 'Fewer modules'`), 'allow');
    expect(questions).toHaveLength(1);
    expect(await standing()).toBe('rejected');
    const { rejected } = replayLedger(readLedger(run.dir)).gates.get('architect') ?? {};
    expect(rejected?.note).toBe('Fewer modules');
  });
});
