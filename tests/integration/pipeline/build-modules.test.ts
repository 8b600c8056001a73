import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLedger } from '../../../src/run/ledger/events.ts';
import { Shop } from '../../harness/builds.ts';
import { earlierPlan, writeEarlierPlan } from '../../harness/earlier-plan.ts';
import { findBuild } from '../../harness/sao.ts';
import { MODULES } from '../../harness/shop.mjs';

const built = findBuild();

/** Removes the first line of a run's ledger that contains the mark, all lines after it, and the agents that these added to the plan. */
function cutBefore(dir: string, mark: string): void {
  const path = join(dir, 'ledger.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const at = lines.findIndex((line) => line.includes(mark));
  writeFileSync(path, `${lines.slice(0, at).join('\n')}\n`);
  const cut = parseLedger(lines.slice(at).join('\n'));
  const added = new Set(cut.flatMap((entry) => (entry.type === 'plan-extended' ? entry.agents : [])));
  const plan = readFileSync(join(dir, 'plan.json'), 'utf8');
  writeEarlierPlan(
    dir,
    earlierPlan(plan, (id) => !added.has(id)),
  );
}

const judgedIn = (shop: Shop, name: string) =>
  shop.events('module-judged').filter(({ module }) => module === name);

describe('the modules of a build', { timeout: 300_000 }, () => {
  it('that fail QC go back to their builders, with the fault that each has', () => {
    const shop = new Shop(built.path, { modules: ['auth', 'store', 'web'] });
    shop.build(
      ...['build-auth=bug', 'qc-auth=major'],
      ...['build-web=litters', 'build-web.2=litters', 'qc-web=major'],
      'qc-store=unreadable-once',
    );
    // A module whose tests fail goes back once, with the findings.
    expect(judgedIn(shop, 'auth').map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(shop.read('prompts', 'build-auth.2.md')).toContain('The answer is wrong');
    expect(shop.read('prompts', 'build-auth.2.md')).toContain('exit code 1');
    // Files that a test run leaves behind are not the module's work.
    expect(judgedIn(shop, 'web').map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(shop.tree().join('\n')).not.toContain('coverage.txt');
    // A QC agent with an unreadable report has a second attempt.
    const attempts = shop.events('dispatched').filter(({ agent }) => agent === 'qc-store');
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const unread = shop.events('returned').find(({ agent, fault }) => agent === 'qc-store' && fault);
    expect(unread?.fault).toContain(`kept as ${join(shop.dir, 'attempts')}/`);
    expect(unread?.fault).toContain('the report has no "## Findings"');
    expect(shop.events('curated')).toHaveLength(1);
  });

  it('stop after three failures, and only with the modules that need them', () => {
    const shop = new Shop(built.path, { modules: ['core', 'auth', 'api', 'web'] });
    shop.begin();
    shop.approve('architect');
    const fails = ['qc-auth=major', 'qc-auth.2=major', 'qc-auth.3=major'];
    const end = shop.carryOn(...fails);
    expect(end).toMatchObject({
      code: 1,
      step: { kind: 'stuck', reason: expect.stringContaining('module auth') },
    });
    expect(shop.finished()).toEqual(expect.arrayContaining(['qc-core', 'qc-web', 'qc-auth.3']));
    const status = shop.call('status', shop.run).stdout;
    const { reason = '', command = '' } = end.step.kind === 'stuck' ? end.step : {};
    // For a human, and once.
    expect(status).toContain(`\nneeds you: ${reason}\n  $ ${command}\n`);
    expect(status.split(reason)).toHaveLength(2);
    expect(status).toContain('now   3  build     stopped');
    expect(shop.started()).not.toContain('build-api');
    expect(shop.events('module-merged')).toEqual([]);
    // A human grants it one more cycle.
    const { step } = end;
    expect(shop.call(...('command' in step ? step.command.split(' ').slice(1) : [])).code).toBe(0);
    // A critical finding in the module that needs it ends the build here: the stages that follow are no subject of this test.
    expect(shop.carryOn('qc-api=critical').halted).toContain('api');
    expect(judgedIn(shop, 'auth').at(-1)).toMatchObject({ verdict: 'pass' });
    expect(shop.started().filter((id) => id === 'build-auth.3')).toHaveLength(1);
    expect(shop.read('prompts', 'build-auth.4.md')).toContain('The answer is wrong');
  });
});

describe('a build whose modules break locks, commits and branches, or keep a secret', {
  timeout: 300_000,
}, () => {
  /** One build that waits at the ship gate; each test restores it to this state. */
  let shop: Shop;
  let end: ReturnType<Shop['carryOn']>;
  let restore: () => void;
  beforeAll(() => {
    shop = new Shop(built.path, { modules: MODULES, lifetime: 'kept', sandbox: 'off' });
    shop.begin();
    shop.approve('architect');
    end = shop.carryOn(
      'build-web=loud',
      'build-core=no-commit',
      'build-store=wanders',
      'build-api=leaks',
      'qc-api.2=commits',
      'build-auth=rambles',
    );
    restore = shop.save();
  }, 300_000);
  afterAll(() => shop.discard());

  it('gives them back to their builders', () => {
    restore();
    expect(end.step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const judged = shop.events('module-judged');
    const first = (name: string) => judged.find(({ module }) => module === name);
    expect(first('web')).toMatchObject({ verdict: 'fail-major' });
    expect(first('web')?.findings.join('\n')).toContain('quiet-modules');
    expect(first('core')).toMatchObject({ verdict: expect.stringMatching(/^fail/) });
    expect(first('store')).toMatchObject({ verdict: 'fail-major' });
    expect(first('store')?.reasons.join()).toContain('feature-store');
    expect(first('api')).toMatchObject({ verdict: 'fail-major' });
    expect(first('api')?.findings.join('\n')).toMatch(/\[major\].*builder-api.*secret/);
    expect(shop.read('prompts', 'build-api.2.md')).toContain('holds a secret');
    expect(shop.read('ledger.jsonl')).not.toContain('ghp_');
    // The form of a brain file blocks no module.
    const ofAuth = judgedIn(shop, 'auth');
    expect(ofAuth.map(({ verdict }) => verdict)).toEqual(['pass']);
    const [remark] = ofAuth[0]?.backlog.filter((entry) => entry.includes('builder-auth.md')) ?? [];
    expect(remark).toMatch(/^- \[minor\].*"Next Steps" is missing.*5002 words, at most 2000/);
    expect(shop.call('gate', 'show', 'ship', shop.run).stdout).toContain('5002 words');
    expect(judged.filter(({ verdict }) => verdict === 'pass')).toHaveLength(5);
  });

  it('judges a module again if its branch moved during QC', () => {
    restore();
    const judged = judgedIn(shop, 'api');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['fail-major', 'fail-major', 'pass']);
    expect(judged[1]?.reasons.join()).toContain('src/api/mended.mjs');
  });

  it('resumes a started audit after a kill, and starts a missing one again', () => {
    restore();
    const child = shop.events('harden-begun')[0]?.child ?? '';
    cutBefore(shop.dir, '"harden-begun"');
    cutBefore(join(shop.dir, '..', child), '"dispatched"');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('harden-begun').map((event) => event.child)).toEqual([child]);
    cutBefore(shop.dir, '"hardened"');
    rmSync(join(shop.dir, '..', child), { recursive: true });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('harden-begun')).toHaveLength(2);
  });
});

describe('a build with a critical finding of QC', { timeout: 300_000 }, () => {
  /** One build that has stopped on the finding; each test restores it to this state. */
  let shop: Shop;
  let end: ReturnType<Shop['carryOn']>;
  let restore: () => void;
  beforeAll(() => {
    shop = new Shop(built.path, { modules: ['core', 'auth', 'web'], lifetime: 'kept' });
    shop.begin();
    shop.approve('architect');
    end = shop.carryOn('qc-web=critical');
    restore = shop.save();
  }, 120_000);
  afterAll(() => shop.discard());

  it('halts until a human resumes it', () => {
    restore();
    expect({ code: end.code, halted: end.halted }).toMatchObject({
      code: 1,
      halted: expect.stringContaining('web'),
    });
    expect(shop.started()).not.toContain('build-auth');
    // The printed command must work unchanged in a shell.
    const { status, stdout } = shop.shell((end.goOn ?? '').replace('qc-web=critical', ''));
    expect(status).toBe(1);
    expect(stdout).toContain(`sao gate approve ship ${shop.run}`);
    expect(stdout).toMatch(/\nthen: sao run \S+ --driver command --command '.*build-agent\.mjs/);
    expect(shop.started()).toContain('build-web.2');
  });

  it('halts if it is killed between the two lines of the verdict', () => {
    restore();
    const path = join(shop.dir, 'ledger.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"halted"') || line.includes('"fail-critical"'));
    writeFileSync(path, `${lines.slice(0, at + 1).join('\n')}\n`);
    expect(shop.carryOn('qc-web=critical').halted).toContain('web');
  });
});

describe('tests that are tampered with', { timeout: 300_000 }, () => {
  it('become a fix cycle that names the file, although QC passes and the test command succeeds', () => {
    const shop = new Shop(built.path, { modules: ['core', 'web', 'auth', 'store'] });
    shop.begin();
    shop.approve('architect');
    const firstCycle = ['core', 'web', 'store'].flatMap((name) => [`build-${name}=bug`, `qc-${name}=major`]);
    const rules = [
      ...firstCycle,
      ...['build-core.2=deletes', 'build-web.2=empties', 'build-store.2=deletes', 'build-store.3=deletes'],
      ...['build-auth=counts', 'qc-auth=major', 'build-auth.2=skips', 'build-auth.3=counts'],
    ];
    const end = shop.carryOn(...rules);
    const verdicts = (name: string) => judgedIn(shop, name).map(({ verdict }) => verdict);
    const findingsOf = (name: string) => judgedIn(shop, name)[1]?.findings.join('\n');
    for (const name of ['core', 'web', 'auth'])
      expect([name, ...verdicts(name)]).toEqual([name, 'fail-major', 'fail-major', 'pass']);
    expect(findingsOf('core')).toContain('A test file was deleted: src/core/test.mjs');
    expect(findingsOf('web')).toContain('Tests were emptied: src/web/test.mjs');
    expect(findingsOf('auth')).toContain('Tests were newly skipped: src/auth/test.mjs');
    expect(findingsOf('auth')).toContain('no test ran');
    expect(judgedIn(shop, 'auth').map(({ tests }) => tests?.run)).toEqual([1, 0, 1]);
    expect(shop.read('prompts', 'build-core.3.md')).toContain('src/core/test.mjs');
    // A test that is gone stays missing: the next cycle does not count as the state of before.
    expect(verdicts('store')).toEqual(['fail-major', 'fail-major', 'fail-major']);
    expect(judgedIn(shop, 'store')[2]?.findings.join('\n')).toContain('src/store/test.mjs');
    expect(end.step).toMatchObject({ kind: 'stuck', reason: expect.stringContaining('module store') });
  });

  it('by the agent of another stage are given back to it', () => {
    const shop = new Shop(built.path, { modules: ['core'] });
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('shipper=deletes').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const [refused, passed] = shop.events('stage-checked').filter(({ stage }) => stage === 'ship');
    expect(refused).toMatchObject({ ok: false, by: 'shipper' });
    expect(refused?.faults.join()).toContain('A test file was deleted: src/core/test.mjs');
    expect(passed).toMatchObject({ ok: true });
    expect(shop.tree(`orchestration/${shop.run}/integration`).join('\n')).toContain('src/core/test.mjs');
  });
});
