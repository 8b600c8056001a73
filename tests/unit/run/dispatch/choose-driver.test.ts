import { describe, expect, it } from 'vitest';
import { chooseDriver, type DriverFacts } from '../../../../src/run/dispatch/runner-choice.io.ts';
import { planOf } from '../../../harness/snapshots.ts';

const worker = { task: 'List files', model: 'haiku' };
const plan = planOf([{ id: 'one', workers: [worker, worker] }]);
const manyDomains = planOf(Array.from({ length: 9 }, (_, n) => ({ id: `d${n}`, workers: [worker] })));
const lateCommand = planOf([
  {
    id: 'one',
    workers: [
      { ...worker, id: 'first' },
      { run: 'ls', task: 'List', after: ['first'] },
    ],
  },
]);

const inTrees = { ...plan, agents: plan.agents.map((agent) => ({ ...agent, tree: '/runs/tree' })) };

describe('the driver', () => {
  const cases: [string, Partial<DriverFacts>, string][] = [
    ['is the cheapest in a session', {}, 'workflow'],
    ['is tiered where the client has no Workflow tool', { hasWorkflow: false }, 'tiered'],
    ['is agent outside of a session', { isSession: false }, 'agent'],
    ['is what the user chose for the run', { chosen: ['agent', null, 'tiered'] }, 'agent'],
    [
      'is the choice of the project, without another choice',
      { chosen: [undefined, null, 'tiered'] },
      'tiered',
    ],
    ['passes over what no session carries out', { chosen: ['claude', null, undefined] }, 'workflow'],
    ['is agent where tiered was chosen and cannot be', { chosen: ['tiered'], plan: manyDomains }, 'agent'],
    ['is agent where a command follows an agent', { hasWorkflow: false, plan: lateCommand }, 'agent'],
    ['is agent where the client runs too few at once', { hasWorkflow: false, total: 1 }, 'agent'],
    ['is workflow for many domains too', { plan: manyDomains }, 'workflow'],
    ['is tiered where agents start in worktrees of a run', { plan: inTrees }, 'tiered'],
    ['is tiered there also where workflow was chosen', { plan: inTrees, chosen: ['workflow'] }, 'tiered'],
  ];
  it.each(cases)('%s', (_, facts, driver) => {
    const usual = { chosen: [], isSession: true, hasWorkflow: true, plan, total: 20 };
    expect(chooseDriver({ ...usual, ...facts })).toBe(driver);
  });
});
