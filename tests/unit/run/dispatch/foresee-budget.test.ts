import { describe, expect, it } from 'vitest';
import { type BudgetFacts, foreseeBudget } from '../../../../src/run/dispatch/forecast-budget.ts';

const parent = { workflow: 3000, tiered: 4500, agent: 90_000 };
const usual: BudgetFacts = {
  run: 'r',
  driver: 'agent',
  possible: ['workflow', 'tiered', 'agent'],
  parent,
  budget: 8000,
};

describe('what a plan would cost the conversation', () => {
  const cases: [string, Partial<BudgetFacts>, string | undefined][] = [
    ['over the ceiling: the cheapest driver is named', {}, '`sao next r --driver workflow`: about 3000'],
    ['without a Workflow tool: tiered', { possible: ['tiered', 'agent'] }, '--driver tiered`: about 4500'],
    ['where nothing here is cheaper: a shell', { possible: ['agent'] }, '`sao run r --driver claude`'],
    ['the cheapest itself too dear: a shell', { driver: 'workflow', budget: 500 }, '`sao run r'],
    ['at the ceiling: nothing', { budget: 90_000 }, undefined],
    ['a cheap driver: nothing', { driver: 'tiered' }, undefined],
  ];
  it.each(cases)('%s', (_, facts, fix) => {
    const found = foreseeBudget({ ...usual, ...facts });
    if (fix === undefined) return expect(found).toEqual([]);
    expect(found).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'plan-over-budget',
        fix: expect.stringContaining(fix),
      }),
    ]);
    expect(found[0]?.message).toMatch(/about \d+ tokens; its ceiling is \d+/);
  });
});
