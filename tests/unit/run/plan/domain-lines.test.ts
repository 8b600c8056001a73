import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/run/ledger/manifest.ts';
import { assemblePlan } from '../../../../src/run/plan/assemble.ts';
import { renderDomainLines, summarizeDomains } from '../../../../src/run/plan/domain-lines.ts';
import type { PlanInput } from '../../../../src/run/plan/plan.schema.ts';
import { agentOf, planWith } from '../../../harness/snapshots.ts';

const FILES: Record<string, string[]> = { 'src/*': ['src/a.ts', 'src/b.ts', 'src/c.ts'] };

function linesOf(...domains: PlanInput['domains']): string[] {
  const input: PlanInput = { version: 1, domains };
  const plan = assemblePlan(input, { task: 't', limits: DEFAULT_LIMITS }, (glob) => FILES[glob] ?? []);
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return renderDomainLines(summarizeDomains(plan.value));
}

const LONG = 'Find every place where a request reaches the database without a check of its input';

describe('the lines that show a plan', () => {
  it.each<[string, PlanInput['domains'][number]['workers'], string]>([
    ['a glob', [{ each: 'src/*', task: 'List what {item} does' }], '- d, 3 haiku: List what src/* does'],
    ['a list', [{ each: ['x', 'y', 'z'], task: 'List {item}' }], '- d, 3 haiku: List x (and 2 others)'],
    ['a list of one', [{ each: ['x'], task: 'List {item}' }], '- d, 1 haiku: List x'],
    [
      'models and a command',
      [
        { task: 'List a', model: 'opus' },
        { task: 'List b', model: 'sonnet' },
        { task: 'List c', model: 'sonnet' },
        { run: 'npm audit', task: 'Audit' },
        { run: 'npm ls', task: 'Tree' },
      ],
      '- d, 1 opus, 2 sonnet, 2 commands: List a; List b; List c; Audit; Tree',
    ],
    [
      'the same task twice',
      [
        { task: 'List', scope: 'a' },
        { task: 'List', scope: 'b' },
      ],
      '- d, 2 haiku: List',
    ],
    [
      'a long task on several lines',
      [{ task: `${LONG}\nand more`, model: 'opus' }],
      '- d, 1 opus: Find every place where a request reaches the database without a check of its in…',
    ],
  ])('%s', (_, workers, line) => {
    expect(linesOf({ id: 'd', workers })).toEqual([line]);
  });

  it('share a length: with 40 domains 12 short lines, the last of which counts the others', () => {
    const lines = linesOf(
      ...Array.from({ length: 40 }, (_, n) => ({
        id: `d${n}`,
        workers: [{ task: LONG, model: 'opus' as const }],
      })),
    );
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe('- d0, 1 opus: Find every place where a request re…');
    expect(lines[11]).toBe('- 29 more domains with 29 workers');
  });

  it('leave out the tasks of a plan that an earlier version wrote', () => {
    const plan = planWith([agentOf('a1', { model: 'opus' })]);
    expect(renderDomainLines(summarizeDomains(plan))).toEqual(['- d, 1 opus']);
  });

  it('are as short for 300 workers as for 3', () => {
    FILES['many/*'] = Array.from({ length: 300 }, (_, n) => `many/${n}`);
    expect(linesOf({ id: 'd', workers: [{ each: 'many/*', task: 'List {item}' }] })).toEqual([
      '- d, 300 haiku: List many/*',
    ]);
  });
});
