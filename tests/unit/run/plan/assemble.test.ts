import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/run/ledger/manifest.ts';
import { isName } from '../../../../src/run/ledger/names.ts';
import { assemblePlan } from '../../../../src/run/plan/assemble.ts';
import { chooseModel } from '../../../../src/run/plan/models.ts';
import { planSchema } from '../../../../src/run/plan/plan.schema.ts';
import { scaled } from '../../../harness/scale.ts';
import { planOf } from '../../../harness/snapshots.ts';

const assemble = (domains: readonly object[], matches: readonly string[] = []) =>
  assemblePlan(
    planSchema.parse({ version: 1, domains }),
    { task: 'T', limits: DEFAULT_LIMITS },
    () => matches,
  );
const problems = (domains: readonly object[], matches?: readonly string[]) => {
  const result = assemble(domains, matches);
  return result.ok ? [] : result.diagnostics;
};
const domain = (id: string, ...workers: object[]) => ({ id, workers });

describe('assemblePlan', () => {
  it('splits the command before it fills an item in, so that any item is one argument', () => {
    const result = assemble(
      [domain('d', { each: '*', task: 'Check {item}', run: 'check --file {item}' })],
      ['a b; rm -rf $HOME', "it's"],
    );
    expect(result.ok && result.value.agents.slice(0, 2).map(({ command }) => command)).toEqual([
      ['check', '--file', 'a b; rm -rf $HOME'],
      ['check', '--file', "it's"],
    ]);
  });

  it('gives workers and coordinators the time limits of the project, and a worker its own', () => {
    const input = planSchema.parse({
      version: 1,
      domains: [domain('d', { id: 'one', task: 'A' }, { id: 'two', task: 'B', timeout: 60 })],
    });
    const run = { task: 'T', limits: DEFAULT_LIMITS, timeouts: { worker: 900, coordinator: 700 } };
    const result = assemblePlan(input, run, () => []);
    expect(result.ok && result.value.agents.map(({ timeout }) => timeout)).toEqual([900, 60, 700]);
  });

  it('lets after name a worker, an each or a domain', () => {
    const plan = planOf([
      domain('d', { id: 'one', task: 'A' }, { id: 'all', each: ['x', 'y'], task: '{item}' }),
      domain('e', { id: 'last', task: 'B', after: ['one', 'all'] }, { id: 'end', task: 'C', after: ['d'] }),
    ]);
    const waves = new Map(plan.agents.map(({ id, wave, after }) => [id, { wave, after }]));
    expect(waves.get('last')).toEqual({ wave: 2, after: ['one', 'all-1', 'all-2'] });
    expect(waves.get('end')).toEqual({ wave: 2, after: ['one', 'all-1', 'all-2'] });
    expect(waves.get('coord-d')?.wave).toBe(3);
  });

  it('names every fault at once, each place once', () => {
    const found = problems([
      domain('d', { each: ['x', 'y'], task: '{item}', after: ['zz'] }, { task: 'A', run: 'a | b' }),
      domain('e', { id: 'one', task: 'B', after: ['e', 'yy'] }),
    ]);
    expect(found.map(({ target }) => target)).toEqual([
      '$.domains[0].workers[0].after[0]',
      '$.domains[1].workers[0].after[1]',
      '$.domains[0].workers[1].run',
      '$.domains[1].workers[0].after',
    ]);
  });

  it.each<[string, object[], object]>([
    [
      'an unknown after',
      [domain('d', { task: 'A', after: ['zz'] })],
      { code: 'plan-unknown-after', target: '$.domains[0].workers[0].after[0]' },
    ],
    [
      'a circle',
      [domain('d', { id: 'x', task: 'A', after: ['y'] }, { id: 'y', task: 'B', after: ['x'] })],
      {
        code: 'plan-cycle',
        message: expect.stringContaining('x → y → x'),
        target: '$.domains[0].workers[0].after',
      },
    ],
    [
      'a worker after its own domain',
      [domain('d', { id: 'x', task: 'A', after: ['d'] })],
      { code: 'plan-cycle' },
    ],
    [
      'a pipe in a command',
      [domain('d', { task: 'A', run: 'a | b' })],
      { code: 'command-not-plain', target: '$.domains[0].workers[0].run' },
    ],
    [
      'a worker called like a coordinator',
      [domain('d', { id: 'coord-d', task: 'A' })],
      { code: 'plan-duplicate-id', target: 'coord-d' },
    ],
    [
      'a domain called all beside many others',
      ['all', 'b', 'c', 'd', 'e', 'f'].map((id) => domain(id, { task: 'A' })),
      {},
    ],
  ])('answers %s by its place', (_, domains, problem) => {
    const found = problems(domains);
    if (Object.keys(problem).length > 0) expect(found[0]).toMatchObject(problem);
    for (const { fix } of found) expect(fix).toBeTruthy();
  });

  it('advises, and takes the plan all the same', () => {
    const result = assemble([domain('d', { task: 'A' })]);
    expect(result.ok && result.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'plan-domains'],
      ['warning', 'plan-workers'],
    ]);
  });

  it('advises on the sizes of many domains in one line', () => {
    const result = assemble(['a', 'b', 'c'].map((id) => domain(id, { task: `Look at ${id}` })));
    expect(result.ok && result.diagnostics.map(({ message, target }) => [message, target])).toEqual([
      ['domain a has 1 worker (and 2 other domains): 3 to 8 are advised', '$.domains[0].workers'],
    ]);
  });

  it('advises on many workers only if the plan lists them', () => {
    const items = Array.from({ length: 9 }, (_, n) => `f${n}`);
    const sizes = [
      domain('a', { each: items, task: 'Look at {item}' }),
      domain('b', ...items.map((task) => ({ task }))),
    ];
    const result = assemble([...sizes, domain('c', { each: ['x', 'y', 'z'], task: 'Look at {item}' })]);
    expect(result.ok && result.diagnostics.map(({ message }) => message)).toEqual([
      'domain b has 9 workers: 3 to 8 are advised',
    ]);
  });

  it('gives every agent a name, a file and a wave of its own, after all that it reads', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.boolean(), (counts, isCommand) => {
        const worker = isCommand ? { task: 'Count', run: 'wc -l' } : { task: 'Look' };
        const plan = planOf(
          counts.map((count, d) => domain(`d${d}`, ...Array.from({ length: count }, () => worker))),
        );
        const byId = new Map(plan.agents.map((agent) => [agent.id, agent]));
        expect(byId.size).toBe(plan.agents.length);
        expect(new Set(plan.agents.map(({ output }) => output)).size).toBe(plan.agents.length);
        for (const { id, output, wave, inputs, kind, model } of plan.agents) {
          expect(isName(id)).toBe(true);
          expect(output).toMatch(/^(?:workers|synthesis)\/[a-z0-9][a-z0-9._-]*\.md$/);
          expect(model === null).toBe(kind === 'command');
          for (const input of inputs) expect(byId.get(input)?.wave).toBeLessThan(wave);
        }
      }),
      { numRuns: scaled(50, 500) },
    );
  });
});

describe('chooseModel', () => {
  it.each([
    ['List all TODO comments', 'haiku'],
    ['Count lines of code', 'haiku'],
    ['Review the error handling', 'sonnet'],
    ['Find every handler, then compare their limits', 'sonnet'],
    ['Find injection vectors in request handlers', 'opus'],
    ['Refactor the parser', 'opus'],
    ['Recommend an architecture', 'opus'],
    ['Hello', 'sonnet'],
  ])('%s: %s', (task, model) => {
    expect(chooseModel(task).model).toBe(model);
    expect(chooseModel(task).reason).not.toBe('');
  });

  it('takes sonnet for reading with many tools', () => {
    expect(chooseModel('List all files', ['Read', 'Grep', 'Glob', 'Bash']).model).toBe('sonnet');
  });
});
