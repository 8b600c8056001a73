import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import { type Call, listedSkills } from './harness/call.ts';
import { runClient, startClient } from './harness/client.ts';
import { doWork, followCommand, goodFile, readAssignment, takeUp } from './harness/orchestra.ts';
import { type Answer, createGate, type Script, say, use } from './harness/reply.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Entry {
  type: string;
  agent: string;
  attempt: number;
  verdict?: string;
  chars: number;
  fault?: string;
}

describe('an audit in the real client', () => {
  let sandbox: Sandbox;
  let api: ScriptedApi;
  let runs: string;

  const serve = async (script: Script) => {
    api = await startApi(script);
    return { api, sandbox, plugins: [ROOT], env: { SAO_RUNS_DIR: runs } };
  };
  const parentOr =
    (parent: (call: Call) => Answer, agent: (call: Call) => Answer): Script =>
    (call) =>
      call.agentId === undefined ? parent(call) : agent(call);
  const sao = (...args: string[]) =>
    execFileSync(join(ROOT, 'bin/sao'), args, {
      encoding: 'utf8',
      cwd: sandbox.project,
      env: { PATH: process.env.PATH, SAO_RUNS_DIR: runs },
    });
  const ledger = async (): Promise<Entry[]> => {
    const [run = ''] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
    const text = await readFile(join(runs, run, 'ledger.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
  };

  beforeEach(async () => {
    sandbox = await createSandbox();
    runs = join(await realpath(sandbox.root), 'runs');
    await mkdir(join(sandbox.project, 'src'));
    await writeFile(join(sandbox.project, 'src', 'a.ts'), 'export {};\n');
  });
  afterEach(async () => {
    await api.close().finally(sandbox.remove);
  });

  it('lists command and skill side by side', async () => {
    const options = await serve(() => say('end'));
    await runClient('/scaled-agent-orchestration setup', options);
    const listed = api.calls.flatMap(listedSkills).join('\n');
    expect(listed).toContain('scaled-agent-orchestration:scaled-agent-orchestration');
    expect(listed).toContain('scaled-agent-orchestration:agents-at-scale');
    expect(api.calls[0]?.task).toContain('Task: setup');
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
    const options = await serve(parentOr(followCommand(), agent));
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.permission_denials).toEqual([]);
    expect(result.result).toContain('14 of 15 agents done; gaps: b3');
    const entries = await ledger();
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
    const coordinator = api.calls.find((call) => call.task.includes('# Coordinate: speed'));
    expect(coordinator?.task).toContain('- b3 (');
    expect(coordinator?.model).toContain('sonnet');
    const [run = ''] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
    expect(sao('report', '--brief', run)).toContain('b3');
  });

  it('is finished by a second session after the first was killed, and no finished worker runs twice', async () => {
    let session: string | undefined;
    const isHeld = (call: Call) => call.agentId !== undefined && /^[bc]/.test(readAssignment(call.task).id);
    // The first session is killed while 8 of its 12 agents wait for their first answer.
    const options = await serve((call) => {
      session ??= call.sessionId;
      if (call.agentId === undefined) return followCommand()(call);
      return isHeld(call) && call.sessionId === session
        ? createGate().passed.then(() => say(''))
        : doWork(call);
    });
    const first = startClient('/scaled-agent-orchestration Audit the sample project', options);
    await api.waitFor(() => api.calls.filter(isHeld).length === 8);
    await waitUntil(async () => (await ledger()).filter(({ type }) => type === 'returned').length === 4);
    await first.kill();
    await api.close().catch(() => undefined);
    const before = (await ledger()).filter(({ type, verdict }) => type === 'returned' && verdict === 'done');
    const second = await serve(parentOr(takeUp(), doWork));
    const { result } = await runClient('Go on with the run', {
      ...second,
      args: ['--allowedTools', 'Bash(sao:*)'],
    });
    expect(result.result).toContain('15 of 15 agents done');
    expect(result.permission_denials).toEqual([]);
    const entries = await ledger();
    expect(before).toHaveLength(4);
    for (const { agent } of before) {
      expect(entries.filter((entry) => entry.type === 'dispatched' && entry.agent === agent)).toHaveLength(1);
    }
  });
});

/** Waits for something that another process writes to disk; vitest ends a test that waits in vain. */
async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setImmediate();
}
