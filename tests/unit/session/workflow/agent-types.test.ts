import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../../../src/session/workflow/compile.ts';
import { confirmed, planOf, RUN, snapshotOf } from '../../../harness/snapshots.ts';

const template = readFileSync('templates/workflow/run.js', 'utf8');
const plan = planOf([
  {
    id: 'd',
    workers: [
      { task: 'List the endpoints' },
      { task: 'Run the tests' },
      { task: 'Read the page', tools: ['WebFetch'] },
    ],
  },
]);
const compile = (name?: string) =>
  compileWorkflow(
    snapshotOf({ plan, events: confirmed }),
    plan,
    template,
    ({ id }) => `Prompt of ${id}`,
    (type) => (name === undefined ? undefined : `${name}:${type}`),
  );

interface Started {
  prompt: string;
  label: string;
  agentType?: string;
}

/** Runs a script as the client does, with agents that a test writes. */
async function runScript(script: string, answer: (started: Started) => string): Promise<Started[]> {
  const calls: Started[] = [];
  const agent = async (prompt: string, options: Omit<Started, 'prompt'>) => {
    calls.push({ ...options, prompt });
    return answer({ ...options, prompt });
  };
  const parallel = (tasks: (() => Promise<unknown>)[]) => Promise.all(tasks.map((task) => task()));
  const body = `return (async () => {${script.replace('export const meta', 'const meta')}})();`;
  await new Function('agent', 'parallel', 'phase', body)(agent, parallel, () => undefined);
  return calls;
}

const typesOf = (calls: readonly Started[]) =>
  calls.map(({ label, agentType }) => [label.split('/')[1], agentType]);

describe('the agents of a workflow script', () => {
  it('have the definition with the tools that each needs; without one, the general type', async () => {
    expect(typesOf(await runScript(compile('plugin'), () => 'Done. One.'))).toEqual([
      ['a1', 'plugin:worker'],
      ['a2', 'plugin:builder'],
      ['a3', undefined],
      ['coord-d', 'plugin:worker'],
    ]);
    expect(compile()).not.toContain('"type"');
  });

  it('have the general type if the client does not know the definition, without losing an attempt', async () => {
    const calls = await runScript(compile('other'), ({ agentType }) => {
      if (agentType !== undefined) throw new Error(`agent type '${agentType}' not found`);
      return 'Done. One.';
    });
    expect(typesOf(calls).filter(([, type]) => type === undefined)).toEqual([
      ['a3', undefined],
      ['a1', undefined],
      ['a2', undefined],
      ['coord-d', undefined],
    ]);
    expect(new Set(calls.filter(({ label }) => label.endsWith('/a1')).map(({ prompt }) => prompt))).toEqual(
      new Set(['Prompt of a1']),
    );
  });

  it('read the prompt of a further attempt, since an agent without a shell cannot call sao', async () => {
    const tries: string[] = [];
    await runScript(compile('plugin'), ({ prompt, label }) => {
      if (label.endsWith('/a1')) tries.push(prompt);
      return label.endsWith('/a1') ? 'Failed. No.' : 'Done. One.';
    });
    expect(tries).toEqual(['Prompt of a1', `Read \`/runs/${RUN}/prompts/a1.md\` and follow it.`]);
  });
});
