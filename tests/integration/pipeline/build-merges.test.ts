import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { brain } from '../../harness/shop.mjs';
import { commit, git } from '../../hazards/git-scratch.ts';

const built = findBuild();

describe('a merge of a build', { timeout: 300_000 }, () => {
  it('that conflicts is explained and resolved by its builder; each role gets its brain file, and the curator writes the missing ones', () => {
    const shop = new Shop(built.path, { modules: ['auth', 'store'] });
    const path = (role: string) => `.orchestration/brains/${role}.md`;
    const known = ['trainer', 'qc', 'assembler', 'shipper'];
    commit(shop.project, Object.fromEntries(known.map((role) => [path(role), brain(`${role} knows`)])));
    const conflict = ['build-auth=settings', 'build-store=settings'];
    expect(shop.build('scaffold=remembers', 'shipper=remembers', ...conflict).complete).toBe(true);
    const [failed] = shop.events('merge-failed');
    expect(failed).toMatchObject({
      module: 'store',
      trouble: { kind: 'conflicts', conflicts: [{ path: 'settings.json' }] },
    });
    expect(shop.started()).toEqual(expect.arrayContaining(['explain-store', 'build-store.2', 'qc-store.2']));
    expect(shop.read('qc', 'integration-fail-store.md')).toContain('settings.json');
    expect(readFileSync(join(shop.project, 'settings.json'), 'utf8')).toContain('all');
    const prompt = (id: string) => shop.read('prompts', `${id}.md`);
    for (const id of ['trainer', 'qc-auth', 'explain-store', 'shipper'])
      expect(prompt(id)).toMatch(/ knows\n/);
    for (const id of ['architect', 'scaffold', 'shipper'])
      expect(prompt(id)).toMatch(
        new RegExp(`## Your brain file\n\n.*\`${path(id).replaceAll('.', '\\.')}\``),
      );
    for (const id of ['trainer', 'qc-auth', 'explain-store'])
      expect(prompt(id)).not.toContain('## Your brain file');
    for (const id of ['architect', 'scaffold', 'curator']) expect(prompt(id)).toContain('None yet.');
    expect(git(shop.project, 'show', `main:${path('scaffold')}`)).toContain('the scaffold has been here');
    expect(git(shop.project, 'show', `main:${path('shipper')}`)).toContain('the shipper has been here');
    const [there = '', missing = ''] = prompt('curator').split('have none');
    expect(there).toContain(`- ${path('scaffold')}\n`);
    expect(missing).toContain(`- ${path('architect')}\n- ${path('curator')}\n`);
    expect(missing).not.toContain(path('qc'));
  });

  it('waits for a module with a contract conflict until a human resolves it; one that breaks the tests of the whole is rolled back', () => {
    const shop = new Shop(built.path, { modules: ['core', 'auth', 'store', 'web'] });
    shop.begin();
    shop.approve('architect');
    const end = shop.carryOn('build-store=conflict', 'build-web=shouts');
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
    // The earlier merges stay.
    const [failed] = shop.events('merge-failed');
    expect(failed).toMatchObject({ module: 'web', trouble: { kind: 'tests' } });
    expect(shop.read('prompts', 'build-web.2.md')).toContain('node run-tests.mjs --all');
    const merged = shop.events('module-merged').map(({ module }) => module);
    expect(merged).toEqual(['core', 'auth', 'store', 'web']);
    expect(shop.call('status', shop.run).stdout).toContain('ship');
  });
});
