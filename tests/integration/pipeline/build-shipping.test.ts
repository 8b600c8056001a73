import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildProgress } from '../../../src/pipeline/drive/resume-build.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { commit, git } from '../../hazards/git-scratch.ts';

const built = findBuild();

const BUILT = ['core', 'web'];
/** One build that waits at the ship gate; each test restores it to this state. */
let shop: Shop;
let gate: BuildProgress['step'];
let restore: () => void;

beforeAll(() => {
  shop = new Shop(built.path, { modules: BUILT, lifetime: 'kept', sandbox: 'off' });
  shop.begin();
  shop.approve('architect');
  gate = shop.carryOn('shipper=polishes').step;
  restore = shop.save();
}, 120_000);
afterAll(() => shop.discard());

describe('a build at the ship gate', { timeout: 300_000 }, () => {
  it('shows what the shipper changed in modules, which no QC has judged', () => {
    restore();
    const { stdout } = shop.call('gate', 'show', 'ship', shop.run);
    expect(stdout).toContain('changed after the last merge and not reviewed by QC: src/core/polish.mjs');
  });

  it('shows a human all that the decision needs, on one page', () => {
    restore();
    commit(shop.project, { 'other.txt': 'of someone else\n' });
    writeFileSync(join(shop.project, 'CHANGELOG.md'), 'not committed\n');
    const before = git(shop.project, 'status', '--porcelain');
    const { stdout } = shop.call('gate', 'show', 'ship', shop.run);
    for (const text of [
      'main has 1 new commit that is not merged and tested here yet',
      'uncommitted changes in your checkout would stop the merge: CHANGELOG.md',
      `Report of the shipper: ${join(shop.dir, 'workers/shipper.md')}`,
      `Report of the architect: ${join(shop.dir, 'workers/architect.md')}`,
      'locked    quiet-modules: No module writes to the console',
      'QC: 2 of 2 modules passed',
      `core: pass at `,
      join(shop.dir, 'qc/core-build-qc.md'),
      '21 of 21 checks and agents gave a result (Security 5/5 checks, Performance 4/4 checks, ',
      `$ git -C ${shop.project} diff `,
      'your checkout ',
      '1 uncommitted path',
      `$ sao gate approve ship ${shop.run}`,
      `then: sao run ${shop.run} --driver command`,
    ])
      expect(stdout).toContain(text);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(60);
    const diff = /\$ (git -C .*)/.exec(stdout)?.[1] ?? '';
    expect(shop.shell(diff).stdout).toContain('+++ b/src/core/polish.mjs');
    expect(git(shop.project, 'status', '--porcelain')).toBe(before);
    const { data } = JSON.parse(shop.call('gate', 'show', 'ship', shop.run, '--json').stdout);
    expect(data.gates[0].page).toMatchObject({
      qc: { passed: 2, total: 2 },
      outside: { base: { newCommits: 1, isMergedIn: false }, checkout: { inTheWay: ['CHANGELOG.md'] } },
      approval: null,
      next: { approve: `sao gate approve ship ${shop.run}` },
    });
  });

  it('prints the next command after an approval, and who gave it', () => {
    restore();
    const approved = shop.person('gate', 'approve', 'ship', shop.run, '--yes');
    expect(approved.stdout).toContain(`next: sao run ${shop.run} --driver command`);
    const { stdout, code } = shop.call('gate', 'show', 'ship', shop.run);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /approved by \S+ in a terminal \(level: terminal; not proved by a signature\), at 20/,
    );
  });

  it.each<[string, () => void]>([
    ['worktree', () => rmSync(shop.integration, { recursive: true })],
    [
      'worktree and its branch',
      () => {
        rmSync(shop.integration, { recursive: true });
        git(shop.project, 'worktree', 'prune');
        git(shop.project, 'update-ref', '-d', `refs/heads/orchestration/${shop.run}/integration`);
      },
    ],
    ['link to git', () => rmSync(join(shop.integration, '.git'))],
  ])('makes its lost %s anew, and goes on', (_name, lose) => {
    restore();
    const before = shop.events('stage-checked').length;
    lose();
    expect(shop.carryOn().step).toEqual(gate);
    expect(shop.events('stage-checked').length - before).toBeLessThan(4);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'ls-tree', '-r', '--name-only', 'main')).toContain('src/core/polish.mjs');
  });

  it('asks again after a commit that was not checked', () => {
    restore();
    const first = gate;
    commit(shop.integration, { 'README.md': '# A better shop\n' });
    const again = shop.carryOn().step;
    expect(again).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(again).not.toEqual(first);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:README.md')).toContain('better');
  });

  it('does not ask while the work conflicts with the base branch', () => {
    restore();
    commit(shop.project, { 'CHANGELOG.md': '# What others did\n' });
    shop.approve('ship');
    expect(shop.carryOn('shipper.3=merges').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.started().filter((id) => id.startsWith('shipper'))).toHaveLength(3);
    expect(shop.read('prompts', 'shipper.3.md')).toContain(
      'main has new commits that conflict in CHANGELOG.md',
    );
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:CHANGELOG.md')).toContain('what others did');
  });

  it('keeps its contract if another build was delivered meanwhile', () => {
    restore();
    const contracts = '.orchestration/contracts';
    const ours = git(shop.integration, 'rev-parse', `HEAD:${contracts}`);
    commit(shop.project, {
      [`${contracts}/modules.json`]: '{"project": "another build"}\n',
      [`${contracts}/interfaces/another.interface.md`]: '# another\n',
      'src/another.mjs': 'export const another = 1;\n',
    });
    shop.approve('ship');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.started()).not.toContain('shipper.3');
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'rev-parse', `main:${contracts}`)).toBe(ours);
    expect(git(shop.project, 'ls-tree', '--name-only', 'main', 'src/another.mjs')).not.toBe('');
  });

  it('does not bring home what a curator committed outside of the memory', () => {
    restore();
    shop.approve('ship');
    shop.carryOn('curator=sneaks');
    expect(shop.read('prompts', 'curator.2.md')).toContain('src/core/sneaked.mjs is not yours');
    expect(shop.tree().join('\n')).not.toContain('sneaked');
  });

  it('does not bring home a contract that a curator changed, since no gate follows', () => {
    restore();
    shop.approve('ship');
    expect(shop.carryOn('curator=unlocks').complete).toBe(true);
    const told = shop.read('prompts', 'curator.2.md');
    expect(told).toContain('.orchestration/contracts/locks.json is not yours to change');
    expect(told).toContain('the lock decision quiet-modules was changed, but it is locked');
    expect(git(shop.project, 'show', 'main:.orchestration/contracts/locks.json')).toContain('"locked"');
    expect(shop.call('gate', 'show', 'architect', shop.run).code).toBe(0);
  });

  it('asks the curator for pairs on the present state: earlier pairs do not count', () => {
    restore();
    shop.approve('ship');
    shop.carryOn('curator=no-state');
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
    restore();
    shop.approve('ship');
    shop.carryOn('curator=vague');
    expect(shop.read('prompts', 'curator.2.md')).toContain('state.jsonl:1');
    expect(shop.read('prompts', 'curator.2.md')).toContain('low-quality');
    expect(shop.events('curated')).toHaveLength(1);
  });

  it('joins its memory with that of another build on the base branch', () => {
    restore();
    shop.approve('ship');
    expect(shop.carryOn('curator=meets-others').complete).toBe(true);
    expect(shop.started()).toContain('curator.2');
    expect(shop.read('prompts', 'curator.2.md')).toContain('they are joined line by line');
    expect(git(shop.project, 'log', '--format=%s', 'main')).toContain('Join the memory');
  });

  it('is reported and listed as done after the end', () => {
    restore();
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
});
