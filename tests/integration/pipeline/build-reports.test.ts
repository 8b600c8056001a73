import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { buildSao } from '../../harness/sao.ts';

let built: ReturnType<typeof buildSao>;
beforeAll(() => {
  built = buildSao();
});
afterAll(() => built.remove());

describe('a build on its way', { timeout: 300_000 }, () => {
  it('is reported and listed by its stages, and a report does not end it', () => {
    const shop = new Shop(built.path);
    shop.begin();
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

  it('shows at the ship gate what the shipper changed in modules, which no QC has judged', () => {
    const shop = new Shop(built.path);
    shop.begin();
    shop.approve('architect');
    shop.carryOn('shipper=polishes');
    const { stdout } = shop.call('gate', 'show', 'ship', shop.run);
    expect(stdout).toContain('seen by no QC: src/core/polish.mjs');
  });
});
