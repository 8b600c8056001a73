import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readRunState } from '../../../../src/run/ledger/run-state.io.ts';
import { BuildRun, RUN } from '../../../harness/build-run.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { write } from '../../../hazards/git-scratch.ts';

const built = findBuild();
const OTHER = '20260101-120000-ffffffff';

/** A machine with the list of allowed signers. */
function makeMachine(signers: string, config: object): Bench {
  const bench = new Bench(built.path);
  bench.configure({ approvals: 'signed', ...config });
  writeFileSync(join(bench.home, 'config', 'sao', 'allowed_signers'), signers);
  return bench;
}

function makeKey(folder: string, name: string): { key: string; line: string } {
  const key = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  return { key, line: `${name} namespaces="sao" ${publicKey}\n` };
}

/** A build `here`, where no key is, and the human's machine `there`, which has a key and no run. */
function prepare() {
  const keys = new Bench(built.path).home;
  const [ada, eve] = [makeKey(keys, 'ada'), makeKey(keys, 'eve')];
  // Outside of the sandbox, so that the setup command can leave a proof.
  const here = makeMachine(ada.line, { sandbox: 'off' });
  const there = makeMachine(ada.line + eve.line, { signingKey: ada.key });
  const run = new BuildRun({ project: here.project, root: join(here.home, 'runs') });
  vi.stubEnv('SAO_TEST_CONFIG', join(here.home, 'config', 'sao'));
  const proof = join(here.home, 'setup-ran');
  const setup = (name: string) => `touch ${proof}-${name}`;
  const setSetup = (command: string) =>
    write(here.project, { '.orchestration/config.json': JSON.stringify({ worktree: { setup: command } }) });
  setSetup(setup('one'));
  /** Writes the records here and carries one of them there. */
  const carry = (stage: string) => {
    here.call('approvals', 'list', RUN, '--write', 'records');
    copyFileSync(join(here.project, 'records', `${stage}.json`), join(there.project, 'carried.json'));
  };
  const sign = () => there.call('approvals', 'sign', 'carried.json', '--yes');
  /** Carries the record back under a name, and uses it. */
  const use = (name = 'signed.json') => {
    mkdirSync(join(here.project, 'records'), { recursive: true });
    copyFileSync(join(there.project, 'carried.json'), join(here.project, 'records', name));
    return here.call('approvals', 'use', join('records', name));
  };
  return {
    ...{ here, there, run, eve, setup, setSetup, carry, sign, use },
    again: (name: string) => here.call('approvals', 'use', join('records', name)),
    ran: (name: string) => existsSync(`${proof}-${name}`),
    create: (module: string) => here.call('worktree', 'create', RUN, module),
    approved: (stage: string) => readRunState(run.dir).approvals.get(stage),
  };
}

type World = ReturnType<typeof prepare>;

/** Changes the record that was carried there. */
function edit({ there }: World, change: (record: { approval: Record<string, unknown> }) => void): void {
  const path = join(there.project, 'carried.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  change(record);
  writeFileSync(path, JSON.stringify(record));
}

describe('an approval that is signed on one machine and used on another', () => {
  it('lets the setup command of worktrees run, which the other machine has shown', () => {
    const { run, setup, carry, sign, use, create, ran, approved } = prepare();
    expect(create('auth')).toMatchObject({ code: 2 });
    carry('setup');
    const signed = sign();
    expect(signed).toMatchObject({ code: 0 });
    expect(signed.stdout + signed.stderr).toContain(setup('one'));
    expect(use()).toMatchObject({ code: 0 });
    expect(approved('setup')).toMatchObject({ signer: 'ada', approval: { level: 'signed' } });
    expect(readFileSync(join(run.dir, 'pipeline.md'), 'utf8')).toMatch(/- setup \(approve\) by .* ada/);
    expect(create('web')).toMatchObject({ code: 0 });
    expect(ran('one')).toBe(true);
  });

  it.each(['architect', 'ship'])('opens the gate %s, and is named on the page of the build', (stage) => {
    const { run, carry, sign, use, approved } = prepare();
    carry(stage);
    expect(sign()).toMatchObject({ code: 0 });
    expect(use()).toMatchObject({ code: 0 });
    expect(approved(stage)).toMatchObject({ signer: 'ada' });
    expect(readFileSync(join(run.dir, 'pipeline.md'), 'utf8')).toContain(`- ${stage} (approve) by`);
  });

  it.each<[string, string, (world: World) => void, string]>([
    [
      'setup',
      'is of another run',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { run: OTHER })),
      'run-unknown',
    ],
    [
      'architect',
      'is of another run',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { run: OTHER })),
      'run-unknown',
    ],
    [
      'setup',
      'is of another project',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { project: '/other' })),
      'approval-record-other',
    ],
    [
      'architect',
      'is of another project',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { project: '/other' })),
      'approval-record-other',
    ],
    [
      'setup',
      'has the hash of another command',
      ({ setSetup }) => setSetup('true two'),
      'approval-record-other',
    ],
    [
      'architect',
      'has the hash of another contract',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { hash: 'f'.repeat(64) })),
      'approval-record-other',
    ],
    [
      'architect',
      'is of a rejection',
      (w) => edit(w, ({ approval }) => Object.assign(approval, { action: 'reject' })),
      'approval-record-other',
    ],
  ])('of %s is refused here if it %s, although a listed key has signed it', (stage, _, change, code) => {
    const world = prepare();
    world.carry(stage);
    change(world);
    // The content beside a changed hash is not the content that is signed, so the other machine refuses it too.
    const signed = world.sign();
    expect(signed).toMatchObject({ code: 0 });
    const used = world.use();
    expect([used.code, used.stderr]).toEqual([2, expect.any(String)]);
    const told = JSON.parse(
      world.here.call('approvals', 'use', join('records', 'signed.json'), '--json').stdout,
    );
    expect(told.diagnostics).toMatchObject([{ code }]);
    expect(world.approved(stage)).toBeUndefined();
  });

  it('is not signed there if the text beside it is not what its hash is of', () => {
    const world = prepare();
    world.carry('setup');
    edit(world, ({ approval }) => Object.assign(approval, { hash: 'f'.repeat(64) }));
    expect(world.sign()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not hold the text'),
    });
  });

  it.each(['setup', 'architect'])(
    'of %s is refused if its signer is not listed here, or if it was changed after it was signed',
    (stage) => {
      const world = prepare();
      world.carry(stage);
      world.there.configure({ approvals: 'signed', signingKey: world.eve.key });
      expect(world.sign()).toMatchObject({ code: 0 });
      expect(world.use()).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('not among the allowed'),
      });
      world.carry(stage);
      world.there.configure({ approvals: 'signed', signingKey: world.eve.key.replace(/eve$/, 'ada') });
      expect(world.sign()).toMatchObject({ code: 0 });
      edit(world, ({ approval }) => Object.assign(approval, { at: '2099-01-01T00:00:00.000Z' }));
      expect(world.use()).toMatchObject({ code: 2 });
      expect(world.approved(stage)).toBeUndefined();
    },
  );

  it('of a setup command is used once, also if the same command comes back', () => {
    const { setSetup, setup, carry, sign, use, again, create, ran } = prepare();
    carry('setup');
    sign();
    expect(use('one.json').code).toBe(0);
    expect(again('one.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('waits for no approval'),
    });
    setSetup(setup('two'));
    carry('setup');
    sign();
    expect(use('two.json').code).toBe(0);
    setSetup(setup('one'));
    expect(again('one.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has used it before'),
    });
    expect(create('auth').code).toBe(2);
    expect([ran('one'), ran('two')]).toEqual([false, false]);
  });

  it('of a gate is used once, also after a rejection', () => {
    const { here, carry, sign, use, again, approved } = prepare();
    carry('architect');
    sign();
    expect(use('gate.json').code).toBe(0);
    expect(here.person('gate', 'reject', 'architect', RUN, '--note', 'No', '--yes').code).toBe(0);
    expect(again('gate.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has used it before'),
    });
    expect(approved('architect')).toBeUndefined();
  });
});

describe('sao approvals sign setup', () => {
  it('signs the setup command where the key is, after a yes to what it shows', () => {
    const { here, there, setup, create, ran, approved } = prepare();
    const key = JSON.parse(readFileSync(join(there.home, 'config/sao/config.json'), 'utf8')).signingKey;
    here.configure({ approvals: 'signed', sandbox: 'off', signingKey: key });
    const refused = here.personTyping('no\n', 'approvals', 'sign', 'setup', RUN);
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining(setup('one')) });
    expect(approved('setup')).toBeUndefined();
    expect(here.personTyping('yes\n', 'approvals', 'sign', 'setup', RUN).code).toBe(0);
    expect(approved('setup')).toMatchObject({ signer: 'ada' });
    expect(create('auth').code).toBe(0);
    expect(ran('one')).toBe(true);
    for (const env of [{ CLAUDECODE: '1' }, { SAO_AGENT_ID: 'a1' }]) {
      Object.assign(here.env, { CLAUDECODE: undefined, SAO_AGENT_ID: undefined, ...env });
      expect(here.call('approvals', 'sign', 'setup', RUN, '--yes').code).toBe(2);
    }
  });
});
