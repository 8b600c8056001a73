import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readRunState } from '../../../../src/run/ledger/run-state.io.ts';
import { BuildRun, RUN } from '../../../harness/build-run.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';

const built = findBuild();

/** A build at its gates, and a key whose passphrase a program of the test gives. */
function prepare({ isDemanded = true, passphrase = 'secret', isListed = true } = {}) {
  const bench = new Bench(built.path);
  const run = new BuildRun({ project: bench.project, root: join(bench.home, 'runs') });
  const folder = join(bench.home, 'config', 'sao');
  mkdirSync(folder, { recursive: true });
  const key = join(bench.home, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', key]);
  const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  if (isListed) writeFileSync(join(folder, 'allowed_signers'), `ada namespaces="sao" ${publicKey}\n`);
  bench.configure({ signingKey: key, ...(isDemanded ? { approvals: 'signed' } : {}) });
  /** The program that is asked for a passphrase, or whether an agent may use a key. */
  const answerWith = (line: string) => {
    const path = join(bench.home, 'askpass');
    writeFileSync(path, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    Object.assign(bench.env, { SSH_ASKPASS: path, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' });
  };
  answerWith(`echo '${passphrase}'`);
  vi.stubEnv('SAO_TEST_CONFIG', folder);
  const approve = (...args: string[]) => bench.person('gate', 'approve', 'architect', RUN, '--yes', ...args);
  const gate = () => readRunState(run.dir).approvals.get('architect');
  return { bench, run, key, folder, approve, gate, answerWith };
}

describe('a signed approval', () => {
  it('opens a gate where the user demands it, with the passphrase of the key, and is named everywhere', () => {
    const { bench, approve, gate, run } = prepare();
    expect(approve()).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: 'ada', approval: { level: 'signed' } });
    expect(bench.call('gate', 'show', 'architect', RUN).stdout).toContain('(level: signed; signer: ada)');
    expect(bench.call('status', RUN).stdout).toContain('architect (approve) by');
    expect(readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8')).toContain('BEGIN SSH SIGNATURE');
  });

  it('is not made with a wrong passphrase', () => {
    const { approve, gate, answerWith } = prepare();
    answerWith("echo 'wrong'");
    expect(approve()).toMatchObject({ code: 2, stdout: expect.stringContaining('has not signed') });
    expect(gate()).toBeUndefined();
  });

  it('does not count after its note, its hash or its signature was changed, or in another run', () => {
    const { approve, gate, run } = prepare();
    approve();
    const path = join(run.dir, 'ledger.jsonl');
    const text = readFileSync(path, 'utf8');
    for (const [from, to] of [
      ['"stage":"architect","action":"approve"', '"stage":"ship","action":"approve"'],
      [`"run":"${RUN}"`, '"run":"20260101-120000-ffffffff"'],
      ['-----BEGIN SSH SIGNATURE-----\\nU1NI', '-----BEGIN SSH SIGNATURE-----\\nU1NJ'],
    ] as const) {
      expect(text).toContain(from);
      writeFileSync(path, text.replaceAll(from, to));
      expect([from, gate()]).toEqual([from, undefined]);
    }
    writeFileSync(path, text);
    expect(gate()).toMatchObject({ signer: 'ada' });
  });

  it('counts no more after its key was removed from the list', () => {
    const { approve, gate, folder } = prepare();
    approve();
    writeFileSync(join(folder, 'allowed_signers'), '# none\n');
    expect(gate()).toBeUndefined();
  });

  it('of a key that is not listed is refused', () => {
    const { approve, gate } = prepare({ isListed: false });
    expect(approve()).toMatchObject({ code: 2, stdout: expect.stringContaining('not among the allowed') });
    expect(gate()).toBeUndefined();
  });

  it('can be made on another machine and carried over', () => {
    const { bench, gate } = prepare();
    expect(bench.call('approvals', 'list', RUN, '--write', 'records').stdout).toContain('waits: architect');
    const file = join('records', 'architect.json');
    expect(bench.call('approvals', 'verify', file).code).toBe(2);
    expect(bench.call('approvals', 'sign', file, '--yes')).toMatchObject({ code: 0 });
    expect(bench.call('approvals', 'verify', file).stdout).toContain('signed by ada');
    // The signature proves it, so a session may carry it over.
    bench.env.CLAUDECODE = '1';
    expect(bench.call('gate', 'approve', 'ship', RUN, '--signature', file)).toMatchObject({ code: 2 });
    expect(bench.call('gate', 'approve', 'architect', RUN, '--signature', file)).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: 'ada' });
  });

  it('of a used record is refused after a rejection, and the receipt does not show it as good', () => {
    const { bench, gate, run, folder } = prepare();
    bench.call('approvals', 'list', RUN, '--write', 'records');
    const file = join('records', 'architect.json');
    bench.call('approvals', 'sign', file, '--yes');
    const approve = () => bench.call('gate', 'approve', 'architect', RUN, '--signature', file);
    expect(approve()).toMatchObject({ code: 0 });
    expect(bench.person('gate', 'reject', 'architect', RUN, '--note', 'No', '--yes').code).toBe(0);
    const again = approve();
    expect(again).toMatchObject({ code: 2 });
    expect(again.stdout + again.stderr).toContain('the run has used it before');
    expect(gate()).toBeUndefined();
    // A copied line in the ledger is shown for what it is.
    const ledger = join(run.dir, 'ledger.jsonl');
    const lines = readFileSync(ledger, 'utf8').trimEnd().split('\n');
    appendFileSync(ledger, `${lines.find((line) => line.includes('"gate-approved"'))}\n`);
    const receipt = join(bench.home, 'r.json');
    bench.call('receipt', RUN, '--output', receipt);
    const { unproved } = JSON.parse(readFileSync(receipt, 'utf8'));
    expect(unproved).toEqual([lines.length + 1]);
    const verified = bench.call('receipt', 'verify', receipt, '--signers', join(folder, 'allowed_signers'));
    expect(verified.code).toBe(1);
    expect(verified.stdout).not.toContain(`Verified: event ${lines.length + 1}`);
  });

  it('is made by an ssh-agent that asks the human, and not after a no', () => {
    const { bench, key, approve, gate, answerWith } = prepare({ passphrase: '' });
    const socket = join(bench.home, 'agent');
    const started = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8', env: bench.env });
    const pid = /SSH_AGENT_PID=(\d+)/.exec(started)?.[1] ?? '';
    try {
      bench.env.SSH_AUTH_SOCK = socket;
      expect(spawnSync('ssh-add', ['-q', '-c', key], { env: bench.env }).status).toBe(0);
      bench.configure({ signingKey: `${key}.pub`, approvals: 'signed' });
      execFileSync('rm', [key]);
      answerWith('exit 1');
      expect(approve().code).toBe(2);
      expect(gate()).toBeUndefined();
      answerWith('exit 0');
      expect(approve().code).toBe(0);
      expect(gate()).toMatchObject({ signer: 'ada' });
    } finally {
      process.kill(Number(pid));
    }
  });

  it('is not made for a session or an agent', () => {
    const { bench, gate } = prepare();
    for (const env of [{ CLAUDECODE: '1' }, { SAO_AGENT_ID: 'a1' }]) {
      Object.assign(bench.env, { CLAUDECODE: undefined, SAO_AGENT_ID: undefined, ...env });
      expect(bench.person('gate', 'approve', 'architect', RUN, '--sign', '--yes').code).toBe(2);
      expect(bench.call('approvals', 'sign', 'architect', RUN, '--yes').code).toBe(2);
    }
    expect(gate()).toBeUndefined();
  });
});

describe('a demand for signatures', () => {
  it('closes a gate again that was opened in a terminal, and says why', () => {
    const { bench, approve, gate, key } = prepare({ isDemanded: false });
    expect(approve().code).toBe(0);
    expect(gate()).toMatchObject({ approval: { level: 'terminal' } });
    bench.configure({ signingKey: key, approvals: 'signed' });
    expect(gate()).toBeUndefined();
    expect(bench.call('status', RUN).stdout).toContain('your configuration demands a stronger proof');
  });

  it('holds if the configuration cannot be read', () => {
    const { approve, gate, folder } = prepare({ isDemanded: false });
    approve();
    appendFileSync(join(folder, 'config.json'), '{');
    expect(gate()).toBeUndefined();
  });

  it('holds for a plan and its commands, which sao approvals sign approves', () => {
    const { bench } = prepare();
    const plan = { version: 1, domains: [{ id: 'd', workers: [{ run: 'echo one', task: 'One' }] }] };
    const { run } = JSON.parse(bench.call('plan', '--new', JSON.stringify(plan), '--json').stdout).data;
    const refused = bench.call('run', run, '--unattended');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`sao approvals sign plan ${run}`),
    });
    for (const stage of ['plan', 'commands'])
      expect(bench.call('approvals', 'sign', stage, run, '--yes')).toMatchObject({ code: 0 });
    expect(bench.call('run', run)).toMatchObject({ code: 0 });
  });

  it('holds for a plan and its commands that were signed elsewhere, whose text is shown there', () => {
    const { bench } = prepare();
    const plan = { version: 1, domains: [{ id: 'd', workers: [{ run: 'echo one', task: 'One' }] }] };
    const { run } = JSON.parse(bench.call('plan', '--new', JSON.stringify(plan), '--json').stdout).data;
    bench.call('approvals', 'list', run, '--write', 'carried');
    const file = (stage: string) => join(bench.project, 'carried', `${stage}.json`);
    const honest = readFileSync(file('commands'), 'utf8');
    writeFileSync(file('commands'), honest.replaceAll('one', 'two'));
    expect(bench.call('approvals', 'sign', file('commands'), '--yes').code).toBe(2);
    writeFileSync(file('commands'), honest);
    for (const stage of ['plan', 'commands']) {
      const signed = bench.call('approvals', 'sign', file(stage), '--yes');
      expect(signed).toMatchObject({ code: 0 });
      expect(signed.stdout + signed.stderr).toContain('echo one');
      expect(bench.call('approvals', 'use', file(stage))).toMatchObject({ code: 0 });
      expect(bench.call('approvals', 'use', file(stage))).toMatchObject({ code: 2 });
    }
    expect(bench.call('run', run)).toMatchObject({ code: 0 });
  });
});

it('no plan is asked about in a terminal where only a signature counts', () => {
  const { bench } = prepare();
  const plan = JSON.stringify({ version: 1, domains: domainsOf([1]) });
  const { run } = JSON.parse(bench.callWarm('plan', '--new', plan, '--json').stdout).data;
  const { code, stdout, stderr } = bench.personTyping('yes\n', 'next', run, '--confirm');
  expect(code).toBe(2);
  expect(stdout + stderr).not.toContain('confirm this plan');
  expect(stdout + stderr).toContain(`sao approvals sign plan ${run}`);
  expect(bench.callWarm('status', run).stdout).toContain(
    `needs you: the plan waits for your signature\n  $ sao approvals sign plan ${run}`,
  );
});

it('shows the tasks of a plan whose record is signed in another place', () => {
  const { bench } = prepare();
  const domains = [
    {
      id: 'core',
      name: 'Core',
      workers: [{ id: 'a1', name: 'A', task: 'Look at the sums', model: 'haiku' }],
    },
  ];
  const planned = bench.callWarm('plan', '--new', JSON.stringify({ version: 1, domains }), '--json');
  const { run } = JSON.parse(planned.stdout).data;
  expect(bench.call('approvals', 'list', run, '--write', 'records').code).toBe(0);
  const { stdout, stderr } = bench.personTyping('no\n', 'approvals', 'sign', join('records', 'plan.json'));
  expect(stdout + stderr).toMatch(/\(haiku\): Look at the sums/);
});
