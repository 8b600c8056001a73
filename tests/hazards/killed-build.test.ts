import { describe, expect, it } from 'vitest';
import { Shop } from '../harness/builds.ts';
import { findBuild } from '../harness/sao.ts';
import { isFullScale } from '../harness/scale.ts';
import { MODULES } from '../harness/shop.mjs';

const built = findBuild();

const MODULES_TO_BUILD = { modules: isFullScale ? MODULES : ['core'] };

/** The number of distinct events so far. Repeated ones do not count, since an agent that is killed with its driver each time repeats its own. */
function countEvents(shop: Shop): number {
  if (!shop.locate()) return 0;
  const told = shop.ledger().map((entry) => JSON.stringify({ ...entry, at: '', owner: '', child: '' }));
  return new Set(told).size;
}

/** Runs a build from its first event to its end and approves each gate. */
async function carryThrough(shop: Shop, step: number): Promise<number> {
  let kills = 0;
  for (let calls = 0; calls < 400; calls += 1) {
    const bound = countEvents(shop) + step;
    if (await shop.killWhen(() => countEvents(shop) >= bound)) {
      kills += 1;
      continue;
    }
    const { step: next } = shop.carryOn();
    if (next.kind === 'done') return kills;
    if (next.kind !== 'gate')
      throw new Error(`stuck: ${JSON.stringify(next)} ${JSON.stringify(shop.ledger().slice(-25))}`);
    shop.approve(next.stage);
  }
  throw new Error(`it never came to its end: ${JSON.stringify(shop.ledger().slice(-20))}`);
}

describe('a build whose driver is killed', { timeout: 1_800_000 }, () => {
  it.each(isFullScale ? [1, 2, 3, 5, 8] : [9])(
    'with kill -9 after every %i events comes to the same end, and no finished agent works again',
    async (step) => {
      const whole = new Shop(built.path, MODULES_TO_BUILD);
      expect(whole.build().code).toBe(0);
      const shop = new Shop(built.path, MODULES_TO_BUILD);
      expect(await carryThrough(shop, step)).toBeGreaterThan(2);
      expect(shop.tree()).toEqual(whole.tree());
      const finished = shop.finished();
      expect(finished).toHaveLength(new Set(finished).size);
    },
  );
});
