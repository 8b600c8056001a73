import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Limits, MODELS, type Model } from '../../../../src/run/ledger/manifest.ts';
import {
  addLoad,
  FULL_WAVE,
  findCycle,
  isWithin,
  NO_LOAD,
  packWaves,
  type WaveItem,
  weightOf,
} from '../../../../src/run/plan/waves.ts';
import { scaled } from '../../../harness/scale.ts';

const limitsOf = (total: number, commands = 8): Limits => ({ ...DEFAULT_LIMITS, total, commands });
const worker = (id: string, model: Model | null = 'haiku', after: string[] = []): WaveItem => ({
  id,
  model,
  after,
});
const many = (count: number, model: Model | null, prefix = 'w') =>
  Array.from({ length: count }, (_, n) => worker(`${prefix}${n}`, model));

describe('the weight of a model', () => {
  it.each([
    ['haiku', 2],
    ['sonnet', 3],
    ['opus', 6],
    ['fable', 6],
    [null, 0],
  ] as const)('%s: %i of 24', (model, weight) => {
    expect(weightOf(model, DEFAULT_LIMITS)).toBe(weight);
  });

  it('is never rounded down', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (limit) => {
        const limits = { ...DEFAULT_LIMITS, models: { ...DEFAULT_LIMITS.models, haiku: limit } };
        expect(weightOf('haiku', limits) * limit).toBeGreaterThanOrEqual(FULL_WAVE);
      }),
    );
  });
});

describe('a wave', () => {
  it.each([
    ['24 of 24', { weight: 24, commands: 0, count: 4 }, true],
    ['25 of 24', { weight: 25, commands: 0, count: 5 }, false],
    ['8 commands', { weight: 0, commands: 8, count: 8 }, true],
    ['9 commands', { weight: 0, commands: 9, count: 9 }, false],
    ['20 agents', { weight: 20, commands: 0, count: 20 }, true],
    ['21 agents', { weight: 21, commands: 0, count: 21 }, false],
  ])('of %s', (_, load, fits) => {
    expect(isWithin(load, limitsOf(20))).toBe(fits);
  });

  it('takes 4 of 5 agents that weigh 5 each', () => {
    const limits = { ...limitsOf(100), models: { ...DEFAULT_LIMITS.models, haiku: 5 } };
    expect(packWaves(many(5, 'haiku'), limits)).toEqual([['w0', 'w1', 'w2', 'w3'], ['w4']]);
  });
});

describe('packWaves', () => {
  it.each([
    ['12 haiku', many(12, 'haiku'), 1],
    ['13 haiku', many(13, 'haiku'), 2],
    ['8 sonnet', many(8, 'sonnet'), 1],
    ['9 sonnet', many(9, 'sonnet'), 2],
    ['4 opus', many(4, 'opus'), 1],
    ['5 opus', many(5, 'opus'), 2],
    ['2 opus and 4 sonnet', [...many(2, 'opus', 'o'), ...many(4, 'sonnet', 's')], 1],
    ['2 opus and 5 sonnet', [...many(2, 'opus', 'o'), ...many(5, 'sonnet', 's')], 2],
    ['8 commands beside 12 haiku', [...many(8, null, 'c'), ...many(12, 'haiku', 'h')], 1],
    ['9 commands', many(9, null), 2],
    ['nothing', [], 0],
  ])('%s', (_, items, waves) => {
    expect(packWaves(items, limitsOf(100))).toHaveLength(waves);
  });

  it('never passes the limit of the client', () => {
    expect(
      packWaves([...many(8, null, 'c'), ...many(12, 'haiku', 'h')], limitsOf(20)).map((w) => w.length),
    ).toEqual([20]);
    expect(packWaves(many(12, 'haiku'), limitsOf(5)).map((w) => w.length)).toEqual([5, 5, 2]);
  });

  it('puts a worker after its dependencies, even if they come later in the plan', () => {
    expect(packWaves([worker('a', 'haiku', ['b']), worker('b')], DEFAULT_LIMITS)).toEqual([['b'], ['a']]);
  });

  it('packs a thousand workers at once', () => {
    expect(packWaves(many(1000, 'sonnet'), DEFAULT_LIMITS)).toHaveLength(125);
  });
});

const plan = fc
  .record({
    models: fc.array(fc.constantFrom<Model | null>(...MODELS, null), { minLength: 1, maxLength: 60 }),
    links: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }),
    total: fc.integer({ min: 1, max: 24 }),
    commands: fc.integer({ min: 1, max: 8 }),
    shuffle: fc.boolean(),
  })
  .map(({ models, links, total, commands, shuffle }) => {
    const items = models.map((model, n) => ({ id: `w${n}`, model, after: [] as string[] }));
    for (const [from, to] of links) {
      const [a, b] = [from % items.length, to % items.length];
      if (a > b) items[a]?.after.push(`w${b}`);
    }
    return { items: shuffle ? items.reverse() : items, limits: limitsOf(total, commands) };
  });

/** A simple first-fit in plan order. */
function firstFit(items: readonly WaveItem[], limits: Limits): number {
  const waves: WaveItem[][] = [];
  const waveOf = new Map<string, number>();
  const left = [...items];
  while (left.length > 0) {
    const next = left.findIndex(({ after }) => after.every((id) => waveOf.has(id)));
    const [item] = left.splice(next, 1);
    if (!item) break;
    let wave = Math.max(0, ...item.after.map((id) => (waveOf.get(id) ?? 0) + 1));
    while (
      !isWithin(
        [...(waves[wave] ?? []), item].reduce((l, i) => addLoad(l, i, limits), NO_LOAD),
        limits,
      )
    )
      wave += 1;
    waves[wave] = [...(waves[wave] ?? []), item];
    waveOf.set(item.id, wave);
  }
  return waves.length;
}

describe('any plan', () => {
  it('is packed as first-fit packs it that goes back to the front of the plan after each placing', () => {
    // One pass over this plan and first-fit by weight both came to 10 waves.
    const models = 'h h o o o - o s f - s f - s s f s - - o o f - - o - s o h o o o o f f f -'.split(' ');
    const links: Record<string, string> = {
      w36: 'w1',
      w35: 'w14',
      w33: 'w27',
      w31: 'w5',
      w28: 'w9',
      w27: 'w19',
      w26: 'w8',
      w21: 'w2',
    };
    const names: Record<string, Model> = { h: 'haiku', s: 'sonnet', o: 'opus', f: 'fable' };
    const items = models.map((letter, index) => {
      const id = `w${36 - index}`;
      const needed = links[id];
      return { id, model: names[letter] ?? null, after: needed ? [needed] : [] };
    });
    expect(packWaves(items, limitsOf(6, 1))).toHaveLength(9);
  });

  it('is packed within capacity, in order, whole, and never worse than first-fit', () => {
    fc.assert(
      fc.property(plan, ({ items, limits }) => {
        const waves = packWaves(items, limits);
        const byId = new Map(items.map((item) => [item.id, item]));
        const waveOf = new Map(waves.flatMap((ids, wave) => ids.map((id) => [id, wave] as const)));
        expect(waves.flat().sort()).toEqual(items.map(({ id }) => id).sort());
        for (const ids of waves) {
          const loaded = ids
            .flatMap((id) => byId.get(id) ?? [])
            .reduce((load, item) => addLoad(load, item, limits), NO_LOAD);
          expect(isWithin(loaded, limits)).toBe(true);
          const places = ids.map((id) => items.findIndex((item) => item.id === id));
          expect(places).toEqual([...places].sort((a, b) => a - b));
          expect(ids.length).toBeGreaterThan(0);
        }
        for (const { id, after } of items)
          for (const needed of after) expect(waveOf.get(needed)).toBeLessThan(waveOf.get(id) ?? -1);
        expect(waves.length).toBeLessThanOrEqual(firstFit(items, limits));
        expect(packWaves(items, limits)).toEqual(waves);
      }),
      { numRuns: scaled(300, 5_000) },
    );
  });
});

describe('findCycle', () => {
  it('names the circle, its start again at the end', () => {
    const items = [
      worker('x', 'haiku', ['a']),
      worker('a', 'haiku', ['b']),
      worker('b', 'haiku', ['c']),
      worker('c', 'haiku', ['a']),
    ];
    expect(findCycle(items)).toEqual(['a', 'b', 'c', 'a']);
    expect(findCycle([worker('a', 'haiku', ['a'])])).toEqual(['a', 'a']);
  });

  it('finds none where there is none', () => {
    expect(
      findCycle([worker('a', 'haiku', ['b', 'c']), worker('b', 'haiku', ['c']), worker('c')]),
    ).toBeUndefined();
  });

  it('walks a chain of a thousand', () => {
    const chain = Array.from({ length: 1000 }, (_, n) =>
      worker(`w${n}`, 'haiku', n < 999 ? [`w${n + 1}`] : []),
    );
    expect(findCycle(chain)).toBeUndefined();
    const ring = chain.map((item, n) => (n === 999 ? worker('w999', 'haiku', ['w0']) : item));
    expect(findCycle(ring)).toHaveLength(1001);
  });

  it('answers for any graph with a real circle, or with none', () => {
    const graph = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(graph, (links) => {
        const items = links.map((after, n) =>
          worker(
            `w${n}`,
            'haiku',
            [...new Set(after.filter((to) => to < links.length))].map((to) => `w${to}`),
          ),
        );
        const cycle = findCycle(items);
        if (!cycle) {
          expect(packWaves(items, DEFAULT_LIMITS).flat()).toHaveLength(items.length);
          return;
        }
        expect(cycle[0]).toBe(cycle.at(-1));
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(items.find((item) => item.id === id)?.after).toContain(cycle[index + 1]);
      }),
      { numRuns: scaled(500, 5_000) },
    );
  });
});
