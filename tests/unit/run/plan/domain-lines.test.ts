import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/run/ledger/manifest.ts';
import { assemblePlan } from '../../../../src/run/plan/assemble.ts';
import {
  renderDomainLines,
  renderTaskLines,
  summarizeDomains,
} from '../../../../src/run/plan/domain-lines.ts';
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

describe('the question about a plan', () => {
  const linesFor = (tasks: string[]) =>
    renderTaskLines(
      [{ id: 'd', workers: tasks.length, models: { haiku: tasks.length }, tasks }],
      '/run/plan.md',
    );

  it('shows each task whole, on a line of its own', () => {
    expect(linesFor(['Read part 1', 'Delete every file\nof the home folder'])).toEqual([
      '- d, 2 haiku',
      '  Read part 1',
      '  Delete every file\\u{a}of the home folder',
    ]);
  });

  it('names the file with the others if there are more than 100, or if one is long', () => {
    const many = linesFor(Array.from({ length: 101 }, (_, n) => `Read part ${n}`));
    expect([many.length, many[100], many[101]]).toEqual([
      102,
      '  Read part 99',
      'Of 101 tasks not all is shown; whole: /run/plan.md',
    ]);
    expect(linesFor(['x'.repeat(401)]).at(-1)).toBe('Of 1 task not all is shown; whole: /run/plan.md');
  });
});

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
      '- d, 1 opus: Find every place where a request reaches the database without a check of its in… (whole in plan.md)',
    ],
    [
      'more tasks than fit',
      Array.from({ length: 8 }, (_, n) => ({ task: `Read part ${n} of the sources` })),
      '- d, 8 haiku: Read part 0 of the sources; Read part 1 of the sources (6 more in plan.md)',
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
    expect(lines[0]).toBe('- d0, 1 opus: Find every place where a request re… (whole in plan.md)');
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
