import { readFileSync, rmSync, writeFileSync as writeText } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceBuild } from '../../../src/pipeline/drive/advance.io.ts';
import { openEngine } from '../../../src/pipeline/drive/open.io.ts';
import { Interrupted } from '../../../src/pipeline/machine/engine.ts';
import { Shop } from '../../harness/builds.ts';
import { buildSao } from '../../harness/sao.ts';
import { brain } from '../../harness/shop.mjs';
import { commit, git } from '../../hazards/git-scratch.ts';

let built: ReturnType<typeof buildSao>;
beforeAll(() => {
  built = buildSao();
});
afterAll(() => built.remove());

const BUILT = ['core', 'auth', 'store', 'api', 'web'];
const reached = (shop: Shop) => shop.call('status', shop.run).stdout;

/** Leaves of a ledger what stood there before the first such line. */
function cutBefore(path: string, mark: string): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeText(
    path,
    `${lines
      .slice(
        0,
        lines.findIndex((line) => line.includes(mark)),
      )
      .join('\n')}\n`,
  );
}

// A gate is opened in a terminal of one's own, which there is none of below a client's session.
describe('a build', { timeout: 300_000 }, () => {
  it('goes from a description to the merged base branch, and leaves the checkout alone until it ships', () => {
    const shop = new Shop(built.path, 'agents');
    const before = shop.checkout();
    expect(shop.begin().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.checkout()).toBe(before);
    const early = shop.carryOn();
    expect({ code: early.code, step: early.step.kind }).toEqual({ code: 1, step: 'gate' });
    shop.approve('architect');
    const shipping = shop.carryOn();
    // Both ways to ask about the pairs say the same.
    const pairs = shop.call('training', 'check', shop.run);
    expect(pairs).toMatchObject({ code: 0, stdout: expect.stringContaining('12 of 10 needed pairs count') });
    const [bootstrap] = shop.events('stage-checked').filter(({ stage }) => stage === 'bootstrap');
    const shares = /kinds outside of their share: .*factual_recall 16\.7 % \(25 to 30\).*/.exec(
      pairs.stderr,
    )?.[0];
    expect(bootstrap?.remarks?.join('\n')).toContain(shares);
    expect({ code: shipping.code, step: shipping.step }).toMatchObject({
      code: 1,
      step: { kind: 'gate', stage: 'ship' },
    });
    expect(shop.checkout()).toBe(before);
    shop.approve('ship');
    const end = shop.carryOn();
    expect({ code: end.code, complete: end.complete, step: end.step }).toEqual({
      code: 0,
      complete: true,
      step: { kind: 'done' },
    });
    expect(git(shop.project, 'status', '--porcelain')).toBe('');
    for (const name of BUILT)
      expect(readFileSync(join(shop.project, 'src', name, 'test.mjs'), 'utf8')).toContain(name);
    expect(shop.events('module-merged').map(({ module }) => module)).toEqual(BUILT);
    expect(shop.started().filter((id) => /^(build|qc)-/.test(id))).toHaveLength(10);
    expect(readFileSync(join(shop.project, 'CHANGELOG.md'), 'utf8')).toContain('1.0.0');
    // What is alike begins together.
    const waves = shop.events('plan-extended').map(({ agents }) => agents.join(' '));
    expect(waves).toEqual(
      expect.arrayContaining(['build-core build-web', 'qc-core qc-web', 'qc-auth qc-store']),
    );
    expect(shop.read('synthesis', 'assembly.md')).toContain('5 of 5 modules are in.');
    expect(shop.read('report.md')).toContain('A comment could be clearer');
    expect(shop.carryOn().step).toEqual({ kind: 'done' });
  });

  it('sends a module that fails QC back to its builder once, with the findings', () => {
    const shop = new Shop(built.path);
    shop.build('build-auth=bug', 'qc-auth=major');
    const judged = shop.events('module-judged').filter(({ module }) => module === 'auth');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(shop.read('prompts', 'build-auth.2.md')).toContain('The answer is wrong');
    expect(shop.read('prompts', 'build-auth.2.md')).toContain('exit code 1');
    expect(shop.events('curated')).toHaveLength(1);
  });

  it('stops a module that fails three times, and only what needs it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const fails = ['qc-auth=major', 'qc-auth.2=major', 'qc-auth.3=major'];
    const end = shop.carryOn(...fails);
    expect(end).toMatchObject({
      code: 1,
      step: { kind: 'stuck', reason: expect.stringContaining('module auth') },
    });
    expect(shop.finished()).toEqual(expect.arrayContaining(['qc-core', 'qc-store', 'qc-web', 'qc-auth.3']));
    expect(shop.started()).not.toContain('build-api');
    expect(shop.events('module-merged')).toEqual([]);
    // A person grants it one more cycle.
    const { step } = end;
    expect(shop.call(...('command' in step ? step.command.split(' ').slice(1) : [])).code).toBe(0);
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.started().filter((id) => id === 'build-auth.3')).toHaveLength(1);
    expect(shop.read('prompts', 'build-auth.4.md')).toContain('The answer is wrong');
  });

  it('halts on a critical finding, and goes on when a person calls again', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('qc-web=critical');
    expect({ code: end.code, halted: end.halted }).toMatchObject({
      code: 1,
      halted: expect.stringContaining('web'),
    });
    expect(shop.started()).not.toContain('build-auth');
    // What it says goes on as it stands there, in a shell.
    const { status, stdout } = shop.shell((end.goOn ?? '').replace('qc-web=critical', ''));
    expect(status).toBe(1);
    expect(stdout).toContain(`sao gate approve ship ${shop.run}`);
    expect(stdout).toMatch(/\nthen: sao run \S+ --driver command --command '.*build-agent\.mjs/);
    expect(shop.started()).toContain('build-web.2');
  });

  it('calls a PASS over failing tests critical', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('build-core=bug');
    expect(end.halted).toContain('core');
    const [judged] = shop.events('module-judged').filter(({ module }) => module === 'core');
    expect(judged).toMatchObject({ verdict: 'fail-critical', by: 'qc-core' });
    expect(shop.read('qc', 'core-tests.log')).toContain('exit code 1');
  });

  it('calls a file outside of a module’s paths critical', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('build-web=stray');
    expect(end.halted).toContain('web');
    const [judged] = shop.events('module-judged').filter(({ module }) => module === 'web');
    expect(judged?.findings.join('\n')).toContain('src/core/stray.mjs');
    // Taken back, it is no stray any more.
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.started()).toContain('build-web.2');
  });

  it('takes nothing that tests leave behind for work', () => {
    const shop = new Shop(built.path);
    const litters = ['build-web=litters', 'build-web.2=litters'];
    shop.build('qc-web=major', ...litters);
    const judged = shop.events('module-judged').filter(({ module }) => module === 'web');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(shop.tree().join('\n')).not.toContain('coverage.txt');
    expect(shop.events('curated')).toHaveLength(1);
  });

  it('merges nothing that was committed while QC was looking', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('qc-web=commits').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const judged = shop.events('module-judged').filter(({ module }) => module === 'web');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(judged[0]?.reasons.join()).toContain('src/web/mended.mjs');
    // Killed between the two, the audit that was begun is the one that is carried on; one that is gone is begun anew.
    const ledger = join(shop.dir, 'ledger.jsonl');
    const child = shop.events('harden-begun')[0]?.child ?? '';
    cutBefore(ledger, '"harden-begun"');
    cutBefore(join(shop.dir, '..', child, 'ledger.jsonl'), '"dispatched"');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('harden-begun').map((event) => event.child)).toEqual([child]);
    cutBefore(ledger, '"hardened"');
    rmSync(join(shop.dir, '..', child), { recursive: true });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('harden-begun')).toHaveLength(2);
  });

  it('sends a builder back that has left its branch', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('build-web=wanders').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const [judged] = shop.events('module-judged').filter(({ module }) => module === 'web');
    expect(judged).toMatchObject({ verdict: 'fail-major' });
    expect(judged?.reasons.join()).toContain('feature-web');
  });

  it('holds a module to the locks, and to its commit', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn('build-web=loud', 'build-core=no-commit');
    const judged = shop.events('module-judged');
    const first = (name: string) => judged.find(({ module }) => module === name);
    expect(first('web')).toMatchObject({ verdict: 'fail-major' });
    expect(first('web')?.findings.join('\n')).toContain('quiet-modules');
    expect(first('core')).toMatchObject({ verdict: expect.stringMatching(/^fail/) });
    expect(judged.filter(({ verdict }) => verdict === 'pass')).toHaveLength(5);
  });

  it('holds a builder to the form of its brain file, and to no secret in it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('build-web=leaks', 'build-core=rambles').step).toMatchObject({ stage: 'ship' });
    const judged = shop.events('module-judged');
    const of = (name: string) => judged.filter(({ module }) => module === name);
    expect(of('web').map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(of('web')[0]?.findings.join('\n')).toMatch(/\[major\].*builder-web.*secret/);
    expect(shop.read('prompts', 'build-web.2.md')).toContain('holds a secret');
    expect(shop.read('ledger.jsonl')).not.toContain('ghp_');
    expect(of('core').map(({ verdict }) => verdict)).toEqual(['pass']);
    const [told] = of('core')[0]?.backlog.filter((each) => each.includes('builder-core.md')) ?? [];
    expect(told).toMatch(/^- \[minor\].*"Next Steps" is missing.*5002 words, at most 2000/);
    expect(shop.call('gate', 'show', 'ship', shop.run).stdout).toContain('5002 words');
  });

  it('gives each role what it remembers, asks those for it that may write it, and the curator for the rest', () => {
    const shop = new Shop(built.path);
    const path = (role: string) => `.orchestration/brains/${role}.md`;
    const known = ['trainer', 'qc', 'assembler', 'shipper'];
    commit(shop.project, Object.fromEntries(known.map((role) => [path(role), brain(`${role} knows`)])));
    const conflict = ['build-auth=settings', 'build-store=settings'];
    expect(shop.build('scaffold=remembers', 'shipper=remembers', ...conflict).complete).toBe(true);
    const prompt = (id: string) => shop.read('prompts', `${id}.md`);
    for (const id of ['trainer', 'qc-web', 'explain-store', 'shipper'])
      expect(prompt(id)).toMatch(/ knows\n/);
    for (const id of ['architect', 'scaffold', 'shipper'])
      expect(prompt(id)).toMatch(
        new RegExp(`## Your brain file\n\n.*\`${path(id).replaceAll('.', '\\.')}\``),
      );
    for (const id of ['trainer', 'qc-web', 'explain-store'])
      expect(prompt(id)).not.toContain('## Your brain file');
    for (const id of ['architect', 'scaffold', 'curator']) expect(prompt(id)).toContain('None yet.');
    expect(git(shop.project, 'show', `main:${path('scaffold')}`)).toContain('the scaffold has been here');
    expect(git(shop.project, 'show', `main:${path('shipper')}`)).toContain('the shipper has been here');
    const [there = '', missing = ''] = prompt('curator').split('have none');
    expect(there).toContain(`- ${path('scaffold')}\n`);
    expect(missing).toContain(`- ${path('architect')}\n- ${path('curator')}\n`);
    expect(missing).not.toContain(path('qc'));
  });

  it('sends a QC agent back whose report cannot be read', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('qc-web=unreadable-once');
    expect(end.step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const attempts = shop.events('dispatched').filter(({ agent }) => agent === 'qc-web');
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('explains a merge that conflicts, and has its builder resolve it', () => {
    const shop = new Shop(built.path);
    shop.build('build-auth=settings', 'build-store=settings');
    const [failed] = shop.events('merge-failed');
    expect(failed).toMatchObject({
      module: 'store',
      trouble: { kind: 'conflicts', conflicts: [{ path: 'settings.json' }] },
    });
    expect(shop.started()).toEqual(expect.arrayContaining(['explain-store', 'build-store.2', 'qc-store.2']));
    expect(shop.read('qc', 'integration-fail-store.md')).toContain('settings.json');
    expect(readFileSync(join(shop.project, 'settings.json'), 'utf8')).toContain('all');
  });

  it('stops a module that reports a contract conflict, alone, until a person resolves it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('build-store=conflict');
    expect(end.step).toMatchObject({ kind: 'stuck', reason: expect.stringContaining('store-shape') });
    expect(shop.finished()).toEqual(expect.arrayContaining(['qc-auth', 'qc-core', 'qc-web']));
    expect(shop.call('conflict', 'list', shop.run)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('store-shape'),
    });
    const adapt = ['--decision', 'adapt', '--note', 'One shape is enough.'];
    expect(shop.call('conflict', 'resolve', shop.run, 'store-shape', ...adapt).code).toBe(2);
    expect(shop.person('conflict', 'resolve', shop.run, 'store-shape', ...adapt, '--yes').code).toBe(0);
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.read('prompts', 'build-store.2.md')).toContain('One shape is enough.');
    const decisions = git(shop.integration, 'ls-files', '.orchestration/contracts/decisions');
    expect(decisions).toContain('002-');
  });

  it('takes back a merge that breaks the tests of the whole, and keeps the ones before it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn('build-web=shouts');
    const [failed] = shop.events('merge-failed');
    expect(failed).toMatchObject({ module: 'web', trouble: { kind: 'tests' } });
    expect(shop.read('prompts', 'build-web.2.md')).toContain('node run-tests.mjs --all');
    const merged = shop.events('module-merged').map(({ module }) => module);
    expect(merged).toEqual(BUILT);
    expect(reached(shop)).toContain('ship');
  });

  it('gives a rejected architect the person’s words', () => {
    const shop = new Shop(built.path);
    shop.begin();
    const note = 'Use fewer words.';
    expect(shop.person('gate', 'reject', 'architect', shop.run, '--note', note, '--yes').code).toBe(0);
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect', 'architect.2']);
    expect(
      readFileSync(join(shop.integration, '.orchestration/contracts/decisions/001-style.md'), 'utf8'),
    ).toContain(note);
    expect(shop.read('prompts', 'architect.2.md')).toContain(note);
  });

  it('closes the gate again when the contract changes after its approval', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const path = join(shop.integration, '.orchestration/contracts/decisions/001-style.md');
    git(shop.project, 'status');
    const text = readFileSync(path, 'utf8');
    writeText(path, text.replace('Little code.', 'No code at all.'));
    const end = shop.carryOn();
    expect(end.step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect']);
    expect(shop.call('gate', 'list', shop.run).code).toBe(1);
  });

  it('has a lock put back that an agent had no right to change, and asks nobody', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('scaffold=unlocks').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const told = shop.read('prompts', 'architect.2.md');
    expect(told).toContain('the lock decision quiet-modules was changed, but it is locked');
    expect(shop.started().slice(0, 4)).toEqual(['architect', 'trainer', 'scaffold', 'architect.2']);
    expect(shop.events('gate-approved')).toHaveLength(1);
    // A person may: at the gate it is shown what becomes of each lock.
    const path = join(shop.integration, '.orchestration/contracts/locks.json');
    writeText(path, readFileSync(path, 'utf8').replace('"locked",', '"critical",'));
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    const { stdout } = shop.call('gate', 'show', 'architect', shop.run);
    expect(stdout).toContain(
      'critical lock decision quiet-modules was changed: lock_level "locked" → "critical"',
    );
    shop.approve('architect');
    expect(shop.call('gate', 'show', 'architect', shop.run).stdout).not.toContain('was changed');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
  });

  it('lets an agent change what is unlocked, and asks a person about it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('scaffold=adds-lock').step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect', 'trainer', 'scaffold']);
    const { stdout } = shop.call('gate', 'show', 'architect', shop.run);
    expect(stdout).toContain('unlocked decision colours was added');
  });

  it('in a folder of a repository is of the whole repository', () => {
    const shop = new Shop(built.path);
    commit(shop.project, { 'docs/a.md': 'a\n' });
    const place = join(shop.project, 'docs');
    const told = shop.call('build', 'A small shop', '--project', place, '--command', 'true', '--json');
    const { data } = JSON.parse(told.stdout) as { data: { dir: string } };
    expect(JSON.parse(readFileSync(join(data.dir, 'run.json'), 'utf8'))).toMatchObject({
      project: shop.project,
    });
  });

  it('goes on also when it was killed before it had its first worktree', () => {
    const shop = new Shop(built.path);
    shop.begin();
    const ledger = join(shop.dir, 'ledger.jsonl');
    writeText(ledger, `${readFileSync(ledger, 'utf8').split('\n')[0]}\n`);
    git(shop.project, 'worktree', 'remove', '--force', shop.integration);
    git(shop.project, 'branch', '-D', `orchestration/${shop.run}/integration`);
    for (const name of ['plan.json', 'prompts/architect.md', 'workers/architect.md', 'blueprint.json'])
      rmSync(join(shop.dir, name), { recursive: true, force: true });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.events('build-begun')).toMatchObject([{ base: 'main' }]);
  });

  it('begins nothing more once it is interrupted', async () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const around = { env: {}, now: () => new Date(), note: () => {} };
    const engine = await openEngine({ dir: shop.dir }, around, AbortSignal.abort());
    await expect(advanceBuild(engine)).rejects.toBeInstanceOf(Interrupted);
    expect(shop.events('plan-extended')).toHaveLength(1);
  });

  it('is reported and listed by its stages, at any time and without ending it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    const early = shop.call('report', shop.run, '--json');
    expect(JSON.parse(early.stdout)).toMatchObject({
      data: { complete: false, stages: [{ stage: 'architect', state: 'now' }, ...Array(7).fill({})] },
      diagnostics: [{ code: 'run-not-finished' }],
    });
    expect(shop.events('reported')).toEqual([]);
    expect(shop.call('list').stdout).toMatch(/build {2}active +1 architect/);
    shop.approve('architect');
    shop.carryOn();
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    const { stdout } = shop.call('report', shop.run);
    expect(stdout).toContain('- shipped to main as ');
    expect(stdout).toContain('A comment could be clearer');
    expect(stdout).toBe(shop.read('report.md'));
    expect(JSON.parse(shop.read('report.json'))).toMatchObject({
      complete: true,
      shipped: { base: 'main' },
      modules: BUILT.map((name) => ({ name, state: 'pass' })),
    });
    expect(shop.call('report', shop.run, '--format', 'sarif')).toMatchObject({ code: 2 });
    expect(shop.call('report', shop.run, '--fail-on', 'minor').code).toBe(1);
    expect(shop.call('list').stdout).toMatch(/build {2}done +over/);
  });

  it('brings nothing home that a curator has committed beside the memory', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn();
    shop.approve('ship');
    shop.carryOn('curator=sneaks');
    expect(shop.read('prompts', 'curator.2.md')).toContain('src/core/sneaked.mjs is not yours');
    expect(shop.tree().join('\n')).not.toContain('sneaked');
  });

  it('brings no contract home that a curator has changed: no gate would ask about it any more', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn();
    shop.approve('ship');
    expect(shop.carryOn('curator=unlocks').complete).toBe(true);
    const told = shop.read('prompts', 'curator.2.md');
    expect(told).toContain('.orchestration/contracts/locks.json is not yours to change');
    expect(told).toContain('the lock decision quiet-modules was changed, but it is locked');
    expect(git(shop.project, 'show', 'main:.orchestration/contracts/locks.json')).toContain('"locked"');
    expect(shop.call('gate', 'show', 'architect', shop.run).code).toBe(0);
  });

  it('asks the curator for pairs on the state as it is now: those of before do not count', () => {
    const shop = new Shop(built.path);
    shop.build('curator=no-state');
    expect(shop.started()).toEqual(expect.arrayContaining(['curator', 'curator.2']));
    expect(shop.started()).not.toContain('curator.3');
    const shipped = shop.events('shipped')[0]?.at ?? '';
    expect(shop.read('prompts', 'curator.md')).toContain(shipped);
    const [refused] = shop.events('stage-checked').filter(({ stage }) => stage === 'curate');
    expect(refused).toMatchObject({ ok: false, faults: [expect.stringContaining(shipped)] });
    expect(shop.read('prompts', 'curator.2.md')).toContain(refused?.faults[0]);
    expect(git(shop.project, 'ls-files', '.orchestration/training')).toContain('state.jsonl');
  });

  it('tells the curator why its pairs on the state do not count', () => {
    const shop = new Shop(built.path);
    shop.build('curator=vague');
    expect(shop.read('prompts', 'curator.2.md')).toContain('state.jsonl:1');
    expect(shop.read('prompts', 'curator.2.md')).toContain('low-quality');
    expect(shop.events('curated')).toHaveLength(1);
  });

  it('asks nobody to ship what conflicts with the base branch', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn();
    commit(shop.project, { 'CHANGELOG.md': '# What others did\n' });
    shop.approve('ship');
    expect(shop.carryOn('shipper.3=merges').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.started().filter((id) => id.startsWith('shipper'))).toHaveLength(3);
    expect(shop.read('prompts', 'shipper.3.md')).toContain('main has moved and conflicts in CHANGELOG.md');
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:CHANGELOG.md')).toContain('what others did');
  });

  it('joins its memory with what another build has brought to the base branch', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn();
    shop.approve('ship');
    expect(shop.carryOn('curator=meets-others').complete).toBe(true);
    expect(shop.started()).toContain('curator.2');
    expect(shop.read('prompts', 'curator.2.md')).toContain('they are joined line by line');
    expect(git(shop.project, 'log', '--format=%s', 'main')).toContain('Join the memory');
  });

  it('tells at the last gate what the shipper has changed of modules: no QC has seen it', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn('shipper=polishes');
    const { stdout } = shop.call('gate', 'show', 'ship', shop.run);
    expect(stdout).toContain('seen by no QC: src/core/polish.mjs');
  });

  it('asks again for what was committed after it was checked for shipping', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    const first = shop.carryOn().step;
    commit(shop.integration, { 'README.md': '# A better shop\n' });
    const again = shop.carryOn().step;
    expect(again).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(again).not.toEqual(first);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:README.md')).toContain('better');
  });

  it('halts also when it is killed between the two lines of a critical verdict', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn('qc-web=critical');
    const path = join(shop.dir, 'ledger.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"halted"') || line.includes('"fail-critical"'));
    writeText(path, `${lines.slice(0, at + 1).join('\n')}\n`);
    expect(shop.carryOn('qc-web=critical').halted).toContain('web');
  });

  it('mends a contract that does not hold, with every fault named', () => {
    const shop = new Shop(built.path);
    const begun = shop.begin('architect=circle');
    expect(begun.step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect', 'architect.2']);
    expect(shop.read('prompts', 'architect.2.md')).toMatch(/core.*api|api.*core/);
  });

  it('has a module with a major finding of the audit mended once, and looks again', () => {
    const shop = new Shop(built.path, 'agents');
    shop.build('security-injection=major');
    expect(shop.events('hardened')).toHaveLength(2);
    expect(shop.started().filter((id) => id.startsWith('build-core'))).toEqual([
      'build-core',
      'build-core.2',
    ]);
    expect(shop.read('report.md')).toContain('Slow loop');
  });
});
