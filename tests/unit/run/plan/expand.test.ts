import { describe, expect, it } from 'vitest';
import { isName } from '../../../../src/run/ledger/names.ts';
import { expandWorkers, fillItem } from '../../../../src/run/plan/expand.ts';
import { type PlanInput, planSchema } from '../../../../src/run/plan/plan.schema.ts';

const input = (workers: readonly object[], more: readonly object[] = []): PlanInput =>
  planSchema.parse({ version: 1, domains: [{ id: 'd', workers }, ...more] });
const files = (count: number) => Array.from({ length: count }, (_, n) => `packages/p${n}`);

function codesOf(plan: PlanInput, matches: readonly string[] = []) {
  const result = expandWorkers(plan, () => matches);
  return result.ok ? [] : result.diagnostics.map(({ code, target }) => [code, target]);
}

function idsOf(plan: PlanInput, matches: readonly string[] = []): string[] {
  const result = expandWorkers(plan, () => matches);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value.map(({ id }) => id);
}

describe('expandWorkers', () => {
  it('numbers workers by the letter of their domain, through an each', () => {
    const plan = input(
      [{ task: 'A' }, { each: ['x', 'y'], task: 'B {item}' }, { task: 'C' }],
      [{ id: 'e', workers: [{ task: 'D' }] }],
    );
    expect(idsOf(plan)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  it('numbers the items of an each with an id', () => {
    expect(idsOf(input([{ id: 'pkg', each: '*', task: '{item}' }]), files(3))).toEqual([
      'pkg-1',
      'pkg-2',
      'pkg-3',
    ]);
  });

  it('takes 1,000 items', () => {
    expect(idsOf(input([{ each: '*', task: '{item}' }]), files(1000))).toHaveLength(1000);
  });

  it('only ever gives names, also where the id of an each is as long as it may be', () => {
    const plan = input([{ id: 'x'.repeat(64), each: '*', task: '{item}' }]);
    const result = expandWorkers(plan, () => files(12));
    if (result.ok) for (const { id } of result.value) expect(isName(id)).toBe(true);
    else
      expect(result.diagnostics[0]).toMatchObject({
        code: 'plan-wrong-name',
        target: '$.domains[0].workers[0].id',
      });
  });

  const path = '$.domains[0].workers[0]';
  it.each([
    [
      'a glob that matches nothing',
      input([{ each: 'x/*', task: '{item}' }]),
      [],
      [['plan-each-empty', `${path}.each`]],
    ],
    [
      '5,000 items',
      input([{ each: '*', task: '{item}' }]),
      files(5000),
      [['plan-each-too-many', `${path}.each`]],
    ],
    [
      'items that no text names',
      input([{ each: '*', task: 'Look' }]),
      files(2),
      [['plan-each-unused', `${path}.each`]],
    ],
    ...['../other/*', '/etc/*', 'src/../../x', '{src,..}/*', 'src/**/..'].map(
      (each): [string, PlanInput, string[], string[][]] => [
        `a glob that leaves the project: ${each}`,
        input([{ each, task: '{item}' }]),
        files(2),
        [['plan-each-outside', `${path}.each`]],
      ],
    ),
    ...[{ task: 'Check {item}' }, { task: 'A', scope: '{item}/**' }, { task: 'A', run: 'cat {item}' }].map(
      (worker): [string, PlanInput, string[], string[][]] => [
        `{item} without an each: ${JSON.stringify(worker)}`,
        input([worker]),
        [],
        [['plan-item-without-each', path]],
      ],
    ),
    [
      'two workers of one id',
      input([
        { id: 'x', task: 'A' },
        { id: 'x', task: 'B' },
      ]),
      [],
      [['plan-duplicate-id', '$.domains[0].workers[1].id']],
    ],
    [
      'a worker called like an item',
      input([
        { id: 'x', each: '*', task: '{item}' },
        { id: 'x-2', task: 'B' },
      ]),
      files(2),
      [['plan-duplicate-id', '$.domains[0].workers[1].id']],
    ],
    [
      'two domains of one id',
      input([{ task: 'A' }], [{ id: 'd', workers: [{ task: 'B' }] }]),
      [],
      [['plan-duplicate-id', '$.domains[1].id']],
    ],
    [
      '1,001 workers in all',
      input([{ each: '*', task: '{item}' }, { task: 'B' }]),
      files(1000),
      [['plan-too-many-workers', '$.domains']],
    ],
  ])('refuses %s', (_, plan, matches, codes) => {
    expect(codesOf(plan, matches)).toEqual(codes);
  });

  it('takes one item without {item}', () => {
    expect(idsOf(input([{ each: '*', task: 'Look' }]), files(1))).toEqual(['a1']);
  });

  it('names every fault at once', () => {
    expect(
      codesOf(
        input([
          { each: 'x', task: 'A' },
          { id: 'y', task: 'B' },
          { id: 'y', task: 'B' },
        ]),
      ),
    ).toHaveLength(2);
  });
});

describe('fillItem', () => {
  it.each([
    [`it's "quoted"`, `Check it's "quoted" twice: it's "quoted"`],
    ['$&', 'Check $& twice: $&'],
    ['{item}', 'Check {item} twice: {item}'],
    ['a\\b', 'Check a\\b twice: a\\b'],
    [null, 'Check {item} twice: {item}'],
  ])('puts %j in place as it is', (item, text) => {
    expect(fillItem('Check {item} twice: {item}', item)).toBe(text);
  });
});
