import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/run/ledger/manifest.ts';
import { compileWorkflow } from '../../../../src/session/workflow/compile.ts';
import { confirmed, planOf, snapshotOf } from '../../../harness/snapshots.ts';

const template = readFileSync('templates/workflow/run.js', 'utf8');
const limits = { ...DEFAULT_LIMITS, total: 20 };

/** A script of so many workers, each with this many lines of its own in its prompt. */
function compile(workers: number, lines: number, ending = '') {
  const domains = Array.from({ length: 5 }, (_, d) => ({
    id: `d${d}`,
    workers: Array.from({ length: workers / 5 }, (_, n) => ({ task: `Look at part ${n} of ${d}` })),
  }));
  const plan = planOf(domains, limits);
  const promptOf = ({ id }: { id: string }) =>
    Array.from(
      { length: lines },
      (_, n) => `Line ${n} of the prompt of ${id} and of no other prompt.${ending}`,
    ).join('\n');
  const script = compileWorkflow(
    snapshotOf({ plan, events: confirmed, limits }),
    plan,
    template,
    promptOf,
    (type) => type,
  );
  return { plan, script, agents: [...script.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id) };
}

describe('a compiled script', () => {
  it('keeps below the size that the client reads: the last agents fetch their prompts', () => {
    const { plan, script, agents } = compile(300, 40);
    expect(Buffer.byteLength(script)).toBeLessThan(524_288);
    expect(Buffer.byteLength(script)).toBeGreaterThan(300_000);
    expect(agents).toHaveLength(plan.agents.length);
    const withPrompt = script.match(/"prompt":"/g)?.length ?? 0;
    expect(withPrompt).toBeGreaterThan(100);
    expect(withPrompt).toBeLessThan(300);
  });

  it('starts no more agents than the client allows, and whole waves of them', () => {
    const { plan, agents } = compile(1000, 3);
    expect(plan.agents.length).toBeGreaterThan(1000);
    expect(agents.length).toBeLessThanOrEqual(990);
    expect(agents.length).toBeGreaterThan(900);
    const first = plan.agents.filter(({ id }) => !agents.includes(id)).map(({ wave }) => wave);
    const last = plan.agents.filter(({ id }) => agents.includes(id)).map(({ wave }) => wave);
    expect(Math.min(...first)).toBeGreaterThan(Math.max(...last));
  });

  it('has no control character, which the client refuses', () => {
    const { script } = compile(5, 1, ' \u007f\u0085\u009f\u2028\u2029');
    expect(script).toContain(' \\u007f\\u0085\\u009f\\u2028\\u2029"');
    expect(script).not.toMatch(/[\u007f-\u009f\u2028\u2029]/);
  });
});
