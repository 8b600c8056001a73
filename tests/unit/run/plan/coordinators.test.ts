import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isName } from '../../../../src/run/ledger/names.ts';
import {
  type CoordinatorNode,
  MAX_SUMMARIES,
  MAX_WORKER_FILES,
  planCoordinators,
} from '../../../../src/run/plan/coordinators.ts';
import { isFullScale, scaled } from '../../../harness/scale.ts';

function domains(counts: readonly number[], idOf = (index: number) => `d${index}`) {
  return counts.map((count, d) => ({
    id: idOf(d),
    name: `Domain ${d}`,
    workers: Array.from({ length: count }, (_, n) => `w${d}-${n}`),
  }));
}

/** Everything that must hold of a fan-in tree. */
function hold(tree: readonly CoordinatorNode[], workers: readonly string[]): void {
  const ids = tree.map(({ id }) => id);
  const byId = new Map(tree.map((node) => [node.id, node]));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(isName(id)).toBe(true);
  const read = tree.flatMap(({ inputs }) => inputs);
  expect(new Set(read).size).toBe(read.length);
  expect(read.filter((id) => !byId.has(id)).sort()).toEqual([...workers].sort());
  for (const { inputs, level } of tree) {
    expect(inputs.length).toBeGreaterThan(0);
    const below = inputs.flatMap((id) => byId.get(id) ?? []);
    expect(inputs.length - below.length).toBeLessThanOrEqual(MAX_WORKER_FILES);
    expect(below.length).toBeLessThanOrEqual(MAX_SUMMARIES);
    for (const node of below) expect(node.level).toBeLessThan(level);
    expect(below.length === 0 || below.length === inputs.length).toBe(true);
  }
  const tops = tree.filter(({ id }) => !read.includes(id));
  expect(tops.length).toBeLessThanOrEqual(MAX_SUMMARIES);
}

describe('planCoordinators', () => {
  it.each([
    ['1 worker', [1], 1],
    ['8 workers', [8], 1],
    ['9 workers', [9], 3],
    ['5 domains of 8', [8, 8, 8, 8, 8], 5],
    ['6 domains', [1, 1, 1, 1, 1, 1], 8],
    ['300 workers in 4 domains', [75, 75, 75, 75], 4 * (10 + 2 + 1)],
  ])('%s', (_, counts, nodes) => {
    const plan = domains(counts);
    const tree = planCoordinators(plan);
    expect(tree).toHaveLength(nodes);
    hold(
      tree,
      plan.flatMap(({ workers }) => workers),
    );
  });

  it('bounds the fan-in of any plan', () => {
    const counts = fc
      .array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 })
      .map((sizes) => sizes.map((size) => Math.max(1, Math.floor(size / sizes.length))));
    fc.assert(
      fc.property(counts, fc.boolean(), (sizes, isLong) => {
        const plan = domains(sizes, (d) => (isLong ? `${'x'.repeat(45)}${d}` : `d${d}`));
        hold(
          planCoordinators(plan),
          plan.flatMap(({ workers }) => workers),
        );
      }),
      { numRuns: scaled(200, 2_000) },
    );
  });

  it('covers every number of workers from 1 to 1,000 in one domain', () => {
    for (let count = 1; count <= 1000; count += isFullScale ? 1 : 7) {
      const plan = domains([count]);
      hold(planCoordinators(plan), plan[0]?.workers ?? []);
    }
  });
});
