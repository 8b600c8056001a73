import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approvalOf, identify } from '../../../harness/approvals.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { git, makeRepository, write } from '../../../hazards/git-scratch.ts';

const sao = findBuild();
const config = (setup: string) => JSON.stringify({ worktree: { setup } });

/** A project whose setup command leaves a file outside of all worktrees. */
function makeProject(env: Record<string, string> = {}) {
  const bench = new Bench(sao.path, env);
  const proof = join(bench.home, 'setup-ran');
  const setup = `${process.execPath} -e "require('fs').appendFileSync('${proof}', 'x')"`;
  makeRepository({ '.orchestration/config.json': config(setup) }, bench.project);
  // The sandbox would keep the proof from being written.
  const allow = (...lines: string[]) => bench.configure({ allowCommands: lines, sandbox: 'off' });
  allow('true');
  const { data } = JSON.parse(bench.call('init', '--json').stdout) as { data: { run: string } };
  const create = (module: string, ...more: string[]) =>
    bench.call('worktree', 'create', data.run, module, ...more);
  const approvals = () =>
    bench
      .runOf(data.run)
      .ledger()
      .flatMap((entry) => (entry.type === 'setup-approved' ? [entry.approval.level] : []));
  return { bench, setup, allow, create, approvals, ran: () => existsSync(proof), ...data };
}

describe('worktree.setup of a project', () => {
  const build = ['build', 'A shop', '--driver', 'command', '--command', 'true'];

  it('does not run in a build without an approval, and no run is made', () => {
    const { bench, setup, ran } = makeProject();
    const told = bench.call(...build, '--json');
    expect(told.code).toBe(2);
    const [problem] = JSON.parse(told.stdout).diagnostics;
    expect(problem).toMatchObject({ code: 'worktree-setup-not-approved' });
    expect(problem.fix).toContain('--unattended');
    expect(problem.fix).toContain(JSON.stringify({ allowCommands: [setup] }));
    expect(ran()).toBe(false);
    expect(git(bench.project, 'branch', '--list', 'orchestration/*')).toBe('');
  });

  it('runs in a build that says that no human is there', () => {
    const { bench, ran } = makeProject();
    bench.call(...build, '--unattended');
    expect(ran()).toBe(true);
  });

  it('does not run for `sao worktree create` without an approval', () => {
    const { create, ran } = makeProject();
    expect(create('auth')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no human has approved'),
    });
    expect(ran()).toBe(false);
  });

  it('is approved by a terminal, and stays so for the run as long as it is the same', () => {
    const { bench, run, setup, create, approvals, ran } = makeProject();
    const refused = bench.personTyping('no\n', 'worktree', 'create', run, 'auth');
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining(setup) });
    expect(ran()).toBe(false);
    expect(approvals()).toEqual([]);
    expect(bench.personTyping('yes\n', 'worktree', 'create', run, 'auth').code).toBe(0);
    expect(ran()).toBe(true);
    expect(create('pay').code).toBe(0);
    expect(approvals()).toEqual(['terminal']);
    write(bench.project, { '.orchestration/config.json': config('true another') });
    expect(create('web')).toMatchObject({ code: 2, stderr: expect.stringContaining('true another') });
  });

  it('is approved by --unattended outside of a session only', () => {
    const outside = makeProject();
    expect(outside.create('auth', '--unattended').code).toBe(0);
    expect(outside.approvals()).toEqual(['unattended']);
    const inside = makeProject({ CLAUDECODE: '1' });
    expect(inside.create('auth', '--unattended').code).toBe(2);
    expect(inside.ran()).toBe(false);
  });

  it('is approved by its exact line in the user’s configuration, also in a session', () => {
    const { setup, allow, create, approvals, ran } = makeProject({ CLAUDECODE: '1' });
    allow(`${setup} `);
    expect(create('auth').code).toBe(2);
    allow(setup);
    expect(create('auth').code).toBe(0);
    expect(ran()).toBe(true);
    expect(approvals()).toEqual(['config']);
  });

  it('is not approved by a forged line of the ledger', () => {
    const { bench, run, setup, create, ran } = makeProject();
    const hash = createHash('sha256').update(setup).digest('hex').slice(0, 16);
    const path = join(bench.home, 'runs', run, 'ledger.jsonl');
    const approval = approvalOf({ stage: 'setup', hash, ...identify(dirname(path)) });
    const line = { v: 1, at: '2026-01-01T00:00:00.000Z', type: 'setup-approved', hash, ...approval };
    writeFileSync(path, `${JSON.stringify(line)}\n`, { flag: 'a' });
    expect(create('auth').code).toBe(2);
    expect(ran()).toBe(false);
  });
});
