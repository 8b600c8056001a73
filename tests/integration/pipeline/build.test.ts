import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { git } from '../../hazards/git-scratch.ts';

const built = findBuild();

const BUILT = ['core', 'auth', 'store', 'api', 'web'];

describe('a build', { timeout: 300_000 }, () => {
  it('goes from a description to the merged base branch, and leaves the checkout alone until it ships', () => {
    const shop = new Shop(built.path, { modules: BUILT, hardening: 'agents' });
    const before = shop.checkout();
    expect(shop.begin().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.checkout()).toBe(before);
    const early = shop.carryOn();
    expect({ code: early.code, step: early.step.kind }).toEqual({ code: 1, step: 'gate' });
    shop.approve('architect');
    const shipping = shop.carryOn();
    // Both ways to ask about the pairs say the same.
    const pairs = shop.call('training', 'check', shop.run);
    expect(pairs).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('12 of 10 required pairs are valid'),
    });
    const [bootstrap] = shop.events('stage-checked').filter(({ stage }) => stage === 'bootstrap');
    const shares =
      /taxonomies with a share outside their range: .*factual_recall 16\.7 % \(25 to 30\).*/.exec(
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
    expect(git(shop.project, 'worktree', 'list', '--porcelain')).not.toContain('locked');
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

  it('lets a builder fix a major finding of the audit once, and audits again', () => {
    const shop = new Shop(built.path, { hardening: 'agents' });
    shop.build('security-injection=major');
    expect(shop.events('hardened')).toHaveLength(2);
    expect(shop.started().filter((id) => id.startsWith('build-core'))).toEqual([
      'build-core',
      'build-core.2',
    ]);
    expect(shop.read('report.md')).toContain('Slow loop');
  });
});
