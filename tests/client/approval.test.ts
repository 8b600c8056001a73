import { existsSync, readFileSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import { doWork, followCommand } from './harness/orchestra.ts';
import { talkToPerson } from './harness/person.ts';
import { say } from './harness/reply.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe("a person's word", () => {
  let sandbox: Sandbox;
  let api: ScriptedApi;
  let runs: string;

  beforeEach(async () => {
    sandbox = await createSandbox();
    runs = join(await realpath(sandbox.root), 'runs');
  });
  afterEach(async () => {
    await api.close().finally(sandbox.remove);
  });

  /** Runs the command in a client whose person answers every question with yes. */
  const runWithPerson = async (answer: 'allow' | 'deny') => {
    const marker = join(sandbox.project, 'ran');
    const plan = {
      version: 1,
      domains: [{ id: 'tools', workers: [{ run: `touch ${marker}`, task: 'Touch a file' }] }],
    };
    api = await startApi((call) =>
      call.agentId ? doWork(call) : call.turn < 9 ? followCommand(plan)(call) : say('end'),
    );
    const { ended, questions } = await talkToPerson(
      '/scaled-agent-orchestration Touch',
      { api, sandbox, plugins: [ROOT], env: { SAO_RUNS_DIR: runs } },
      () => answer,
    );
    return { ended, questions, marker };
  };

  it('lets the commands of a plan run, once, with the token that only the answered call carries', async () => {
    const { ended, questions, marker } = await runWithPerson('allow');
    expect(existsSync(marker)).toBe(true);
    expect(questions).toHaveLength(1);
    const [run = ''] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
    const ledger = readFileSync(join(runs, run, 'ledger.jsonl'), 'utf8');
    const token = /SAO_APPROVAL=(\w+)/.exec(String(questions[0]?.request.input.command))?.[1] ?? '';
    expect(token).not.toBe('');
    expect(ledger).not.toContain(token);
    expect(ended.result).toContain('done');
  });

  it('keeps them from running when the person says no', async () => {
    const { marker } = await runWithPerson('deny');
    expect(existsSync(marker)).toBe(false);
  });
});
