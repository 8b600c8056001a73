import { describe, expect, it } from 'vitest';
import { planRows } from '../../../../src/run/plan/table.ts';
import { grantTools } from '../../../../src/run/plan/tools.ts';
import { planOf } from '../../../harness/snapshots.ts';

const SIZE: Readonly<Record<number, string>> = { 3: 'read', 4: 'search', 6: 'shell' };
const kindOf = (task: string, scope: string | null = null) => SIZE[grantTools(task, scope).tools.length];

describe('the tools of a worker, from its task', () => {
  it.each([
    ['List part 1 of what matters for security', null, 'read'],
    ['Check packages/cli for secrets and unsafe defaults', null, 'read'],
    ['Review src/test/run.ts', null, 'read'],
    ['Explain the architecture', null, 'read'],
    ['Find injection vectors in request handlers', 'src/http/**', 'read'],
    ['Find injection vectors in request handlers', null, 'search'],
    ['List every usage of the old client', 'src/**', 'search'],
    ['Which modules have duplicate helpers?', 'src/**', 'search'],
    ['Locate all TODO comments', null, 'search'],
    ['Run the linter and report what it prints', null, 'shell'],
    ['Execute the migration on a copy', 'db/**', 'shell'],
    ['Check whether the tests pass', 'src/**', 'shell'],
    ['Verify that the project builds', null, 'shell'],
    ['Find who last changed the parser, with git blame', 'src/parser.ts', 'shell'],
    ['List dependencies that are outdated', 'package.json', 'shell'],
    ['Measure the start of the program', null, 'shell'],
    ['Fix the typos in the comments', 'docs/**', 'shell'],
    ['Implement the parser', 'src/parser.ts', 'shell'],
    ['Prüfe die Fehlerbehandlung', 'src/**', 'shell'],
    ['', null, 'shell'],
  ])('%j in %j: %s', (task, scope, kind) => {
    expect(kindOf(task, scope)).toBe(kind);
  });

  it('come with a reason that quotes the word', () => {
    expect(grantTools('Check whether the tests pass', null).reason).toBe('runs commands ("tests")');
    expect(grantTools('Prüfe alles', null).reason).toBe('no clear kind of work');
  });
});

describe('the type of an agent in an accepted plan', () => {
  const plan = planOf([
    {
      id: 'd',
      workers: [
        { task: 'List the endpoints', scope: 'src/http/**' },
        { task: 'List the endpoints', tools: ['WebFetch', 'Read'] },
        { task: 'List the endpoints', tools: ['Read'] },
        { task: 'Count', run: 'wc -l a' },
      ],
    },
  ]);
  it.each([
    ['a1', null, 'reads ("List")', 'worker'],
    ['a2', ['WebFetch', 'Read'], 'the plan names its tools', undefined],
    ['a3', ['Read'], 'the plan names its tools', 'worker'],
    ['a4', null, undefined, undefined],
    ['coord-d', null, 'reads the named files', 'worker'],
  ])('%s, whose plan names %j: %s, %s', (id, tools, reason, type) => {
    const agent = plan.agents.find((candidate) => candidate.id === id);
    expect([agent?.tools, agent?.agentTypeReason, agent?.agentType]).toEqual([tools, reason, type]);
  });
});

it('the table of a plan names the type of each agent', () => {
  const plan = planOf([
    { id: 'd', workers: [{ task: 'Run the tests' }, { task: 'Look', tools: ['WebFetch'] }] },
  ]);
  expect(planRows(plan).map((row) => [row[2], row[5]])).toEqual([
    ['a1', 'builder'],
    ['a2', 'general'],
    ['coord-d', 'worker'],
  ]);
});
