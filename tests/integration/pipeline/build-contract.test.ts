import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceBuild } from '../../../src/pipeline/drive/advance.io.ts';
import { openEngine } from '../../../src/pipeline/drive/open.io.ts';
import { Interrupted } from '../../../src/pipeline/machine/engine.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { commit, git } from '../../hazards/git-scratch.ts';

const built = findBuild();

/** One build that waits at the architect's gate; each test restores it to this state. */
let shop: Shop;
let restore: () => void;

beforeAll(() => {
  shop = new Shop(built.path, { lifetime: 'kept' });
  shop.begin();
  restore = shop.save();
}, 120_000);
afterAll(() => shop.discard());

describe('a build on its way', { timeout: 300_000 }, () => {
  it('is reported and listed by its stages, and a report does not end it', () => {
    restore();
    const early = shop.call('report', shop.run, '--json');
    expect(JSON.parse(early.stdout)).toMatchObject({
      data: {
        complete: false,
        stages: [{ stage: 'architect', state: 'now' }, ...Array.from({ length: 7 }, () => ({}))],
      },
      diagnostics: [{ code: 'run-not-finished' }],
    });
    expect(shop.events('reported')).toEqual([]);
    expect(shop.call('list').stdout).toMatch(/build {2}active +1 architect/);
  });
});

describe('the contract of a build', { timeout: 300_000 }, () => {
  it('gives the note of a rejection to the next architect', () => {
    restore();
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
    restore();
    shop.approve('architect');
    const path = join(shop.integration, '.orchestration/contracts/decisions/001-style.md');
    git(shop.project, 'status');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('Little code.', 'No code at all.'));
    const end = shop.carryOn();
    expect(end.step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect']);
    expect(shop.call('gate', 'list', shop.run).code).toBe(1);
  });

  it('reverts a lock that an agent changed without the right to, and asks no human', () => {
    restore();
    shop.approve('architect');
    // A critical finding ends the build in the modules' stage, to go on from there with a changed lock.
    expect(shop.carryOn('scaffold=unlocks', 'qc-web=critical').halted).toContain('web');
    const told = shop.read('prompts', 'architect.2.md');
    expect(told).toContain('the lock decision quiet-modules was changed, but it is locked');
    expect(shop.started().slice(0, 4)).toEqual(['architect', 'trainer', 'scaffold', 'architect.2']);
    expect(shop.events('gate-approved')).toHaveLength(1);
    // A human may: the gate shows the change of each lock.
    const path = join(shop.integration, '.orchestration/contracts/locks.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"locked",', '"critical",'));
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    const { stdout } = shop.call('gate', 'show', 'architect', shop.run);
    expect(stdout).toContain(
      'critical lock decision quiet-modules was changed: lock_level "locked" → "critical"',
    );
    shop.approve('architect');
    expect(shop.call('gate', 'show', 'architect', shop.run).stdout).not.toContain('was changed');
    // The build continues with the module that stopped it. Another critical finding ends it before the stages that are no subject of this test.
    expect(shop.carryOn('qc-web.2=critical').halted).toContain('web');
    expect(shop.started().slice(-2)).toEqual(['build-web.2', 'qc-web.2']);
  });

  it('lets an agent change what is unlocked, and asks a human about it', () => {
    restore();
    shop.approve('architect');
    expect(shop.carryOn('scaffold=adds-lock').step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect', 'trainer', 'scaffold']);
    const { stdout } = shop.call('gate', 'show', 'architect', shop.run);
    expect(stdout).toContain('unlocked decision colours was added');
  });

  it('sends an invalid contract back with every fault named', () => {
    const shop = new Shop(built.path, { modules: ['core', 'auth'] });
    const begun = shop.begin('architect=circle');
    expect(begun.step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.started()).toEqual(['architect', 'architect.2']);
    expect(shop.read('prompts', 'architect.2.md')).toMatch(/core.*auth|auth.*core/);
  });

  it('covers the whole repository: a folder of it as the project is refused, and the fix names the top', () => {
    const shop = new Shop(built.path);
    commit(shop.project, { 'docs/a.md': 'a\n' });
    const place = join(shop.project, 'docs');
    const told = shop.call('build', 'A small shop', '--project', place, '--command', 'true');
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(`--project ${shop.project}`);
    expect(shop.call('list').stdout).not.toContain('A small shop');
  });

  it('resumes if it was killed before it created its first worktree', () => {
    restore();
    const ledger = join(shop.dir, 'ledger.jsonl');
    writeFileSync(ledger, `${readFileSync(ledger, 'utf8').split('\n')[0]}\n`);
    git(shop.project, 'worktree', 'remove', '--force', shop.integration);
    git(shop.project, 'branch', '-D', `orchestration/${shop.run}/integration`);
    for (const name of ['plan.json', 'prompts/architect.md', 'workers/architect.md', 'blueprint.json'])
      rmSync(join(shop.dir, name), { recursive: true, force: true });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.events('build-begun')).toMatchObject([{ base: 'main' }]);
  });

  it('starts nothing after an interrupt', async () => {
    restore();
    shop.approve('architect');
    const around = {
      env: {},
      now: () => new Date(),
      note: () => {},
      stdinIsTerminal: false,
      ask: async () => undefined,
    };
    const engine = await openEngine({ dir: shop.dir }, around, AbortSignal.abort());
    await expect(advanceBuild(engine)).rejects.toBeInstanceOf(Interrupted);
    expect(shop.events('plan-extended')).toHaveLength(1);
  });
});
