import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bindSession, handOverRuns } from '../../../../src/run/ledger/sessions.io.ts';
import { readLedger } from '../../../../src/run/ledger/store.io.ts';
import { identifyProcess } from '../../../../src/system/process/identity.ts';
import { BuildRun, RUN } from '../../../harness/build-run.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';

const built = findBuild();
const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A build at its first gate, and a process that stands for a client or a runner. */
function prepare() {
  const bench = new Bench(built.path);
  const run = new BuildRun({ project: bench.project, root: join(bench.home, 'runs') });
  const start = () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const approvals = () => readLedger(run.dir).filter(({ type }) => type === 'gate-approved');
  const approve = () => bench.person('gate', 'approve', 'architect', RUN, '--yes');
  return { bench, run, start, approvals, approve };
}

describe('a human’s word in a terminal', () => {
  it('does not count while a session works on the run, and counts after the session has ended', async () => {
    const { run, start, approvals, approve } = prepare();
    const client = start();
    bindSession(run.root, 'session-1', run.dir);
    handOverRuns(run.root, { pid: client.pid ?? 0, session: 'session-1' });
    const refused = approve();
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain(`a session works on this run (process ${client.pid})`);
    expect(refused.stdout).toContain('answer in the session');
    expect(approvals()).toEqual([]);
    const ended = new Promise((resolve) => client.once('exit', resolve));
    client.kill('SIGKILL');
    await ended;
    expect(approve().code).toBe(0);
    expect(approvals()).toMatchObject([{ approval: { level: 'terminal' } }]);
  });

  it.each([
    ['whose record was removed', ['session-1']],
    ['that never worked on the run', []],
  ])('does not count while a client works in the project %s', (_, sessions) => {
    const { bench, run, approve } = prepare();
    for (const session of sessions) bindSession(run.root, session, run.dir);
    // A client is known by its name.
    const fake = join(bench.home, 'claude');
    writeFileSync(fake, '#!/bin/sh\nread line\n', { mode: 0o755 });
    const child = spawn(fake, [], { cwd: run.project, stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    expect(approve().stdout).toContain(`a session works in this run's project (process ${child.pid})`);
    for (const session of sessions) rmSync(join(run.root, '.sessions', session));
  });

  it('does not count while a runner works on the run', () => {
    const { run, start, approve } = prepare();
    const runner = start();
    mkdirSync(run.dir, { recursive: true });
    const owner = identifyProcess(runner.pid);
    writeFileSync(join(run.dir, 'driver.lock'), JSON.stringify({ owner, nonce: '0a' }));
    const refused = approve();
    expect(refused.stdout).toContain(`a runner works on this run (process ${runner.pid})`);
    expect(refused.stdout).toContain('or stop it with Ctrl-C');
  });
});

describe('the token of a question', () => {
  it('of a rejection approves nothing, nor does one of another session', async () => {
    const { bench, run, approvals } = prepare();
    const { onBash } = await import('../../../../src/session/hooks/bash.io.ts');
    const { decisionOf } = await import('../../../harness/build-run.ts');
    const tokenFor = async (command: string) => {
      const answer = await onBash(run.call('Bash', { command }), { SAO_RUNS_DIR: run.root }, new Date());
      return /SAO_APPROVAL=(\w+)/.exec(String(decisionOf(answer).input.command))?.[1] ?? '';
    };
    bench.env.CLAUDECODE = '1';
    bench.env.CLAUDE_CODE_SESSION_ID = 'session-1';
    bench.env.SAO_APPROVAL = await tokenFor(`sao gate reject architect ${RUN} --note No`);
    expect(bench.env.SAO_APPROVAL).not.toBe('');
    expect(bench.call('gate', 'approve', 'architect', RUN)).toMatchObject({ code: 2 });
    bench.env.SAO_APPROVAL = await tokenFor(`sao gate approve architect ${RUN}`);
    bench.env.CLAUDE_CODE_SESSION_ID = 'session-2';
    expect(bench.call('gate', 'approve', 'architect', RUN)).toMatchObject({ code: 2 });
    expect(approvals()).toEqual([]);
    bench.env.CLAUDE_CODE_SESSION_ID = 'session-1';
    expect(bench.call('gate', 'approve', 'architect', RUN)).toMatchObject({ code: 0 });
    expect(approvals()).toMatchObject([{ approval: { level: 'asked', session: 'session-1' } }]);
  });
});
