import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/run/ledger/manifest.ts';
import { assemblePlan } from '../../src/run/plan/assemble.ts';
import { matchIn } from '../../src/run/plan/globs.io.ts';
import { readPlan } from '../../src/run/plan/read-plan.ts';
import { unwrap } from '../../src/system/result.ts';

const example = unwrap(readPlan(readFileSync('docs/examples/review.json', 'utf8')));

describe('the example plan', () => {
  it('is accepted in this repository without a warning', () => {
    const made = assemblePlan(
      example,
      { task: 'Review the engine', limits: DEFAULT_LIMITS },
      matchIn(process.cwd()),
    );
    expect(made).toMatchObject({ ok: true, diagnostics: [] });
  });

  it('is the plan in README, except for its task', async () => {
    const shown = /```json\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
    const { task: _, ...plan } = example;
    expect(unwrap(readPlan(shown))).toEqual(plan);
  });
});
