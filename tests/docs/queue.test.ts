import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lintPlan } from '../../src/queue/lint/lint-plan.ts';
import { readQueuePlan } from '../../src/queue/plan/read-plan.ts';
import { unwrap } from '../../src/system/result.ts';

const page = readFileSync('docs/queue.md', 'utf8');

it('the plan in docs/queue.md has no fault in the queue that the first commands of the page make', () => {
  const plan = unwrap(readQueuePlan(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '', 'i1'));
  const start = /```bash\n(sao queue init[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const namesAfter = (pattern: RegExp) => new Set([...start.matchAll(pattern)].map(([, name = '']) => name));
  const context = {
    teams: namesAfter(/sao team set (\S+)/g),
    resources: namesAfter(/--resource (\w+)=/g),
    tasks: new Set<string>(),
  };
  expect(plan.tasks).toHaveLength(2);
  expect(lintPlan(plan, context)).toEqual([]);
});
