import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';

const built = findBuild();

describe('an output that is changed after it was accepted', () => {
  it.each([
    [['edit', 'next', 'next', 'next']],
    [['edit', 'report', 'next', 'next']],
    [['next', 'edit', 'next', 'next', 'report', 'next']],
  ])('is one gap in the ledger, and the report is renewed by the call that finds it: %j', (calls) => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    run.carryOut(bench.fake());
    const path = join(run.dir, 'workers/a1.md');
    let isEdited = false;
    for (const call of calls) {
      if (call === 'edit') {
        writeFileSync(path, `${run.output('workers/a1.md')}x\n<!-- DONE -->\n`);
        isEdited = true;
        continue;
      }
      bench.callWarm(call, run.id);
      const status = bench.callWarm('status', run.id).stdout;
      expect([call, status]).toEqual([
        call,
        expect.stringContaining(`${run.id}: done, ${isEdited ? 2 : 3} of 3 done`),
      ]);
      if (isEdited) expect(run.output('report.md')).toContain('changed after it was accepted');
    }
    const events = run.ledger().map(({ type }) => type);
    expect(events.filter((type) => type === 'gap')).toEqual(['gap']);
    expect(events.at(-1)).toBe('reported');
  });
});
