import { describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/run/ledger/manifest.ts';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';

const built = findBuild();
const REASON =
  'a1 was started 20 times in a row and gave no result; each attempt was given back, the last one because: its client died';

/** A process that has ended. */
const CHILD = { pid: 7, started: '70', boot: 'b1' };

/** What 20 calls leave whose client died of the agent. */
function giveBack(run: Run, driver: Driver, count = 20): void {
  for (let n = 0; n < count; n += 1)
    appendEvents(
      run.dir,
      [
        { type: 'dispatched', agent: 'a1', attempt: 1, driver, wave: 1 },
        // Only a process that was started counts.
        ...(driver === 'command'
          ? [{ type: 'started', agent: 'a1', attempt: 1, child: CHILD } as const]
          : []),
        { type: 'released', agent: 'a1', attempt: 1, reason: 'its client died' },
      ],
      new Date(),
    );
}

const of = (run: Run, type: string) => run.ledger().filter((entry) => entry.type === type);

describe('an agent whose attempts are given back at each resume', () => {
  it('halts sao run without a gap, and the next call goes on', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    giveBack(run, 'command');
    expect(run.carryOut(bench.fake()).code).toBe(1);
    expect(of(run, 'halted')).toMatchObject([{ reason: REASON }]);
    expect(of(run, 'gap')).toEqual([]);
    expect(bench.traced('start')).toEqual([]);
    expect(run.carryOut(bench.fake()).code).toBe(0);
    expect(of(run, 'halted')).toHaveLength(1);
  });

  it.each(['agent', 'workflow', 'tiered'] as const)('halts a session with the runner %s', (driver) => {
    const bench = new Bench(built.path, { CLAUDE_CODE_SESSION_ID: 's' });
    const run = bench.plan(domainsOf([2]));
    bench.callWarm('next', run.id, '--driver', driver);
    giveBack(run, driver, 19);
    const next = () => bench.callWarm('next', run.id, '--driver', driver, '--json').stdout;
    expect(next()).not.toContain('halted');
    giveBack(run, driver, 1);
    expect(JSON.parse(next())).toMatchObject({
      data: { action: 'halted', message: expect.stringContaining(REASON) },
    });
    expect(of(run, 'halted')).toMatchObject([{ reason: REASON }]);
    expect(of(run, 'gap')).toEqual([]);
  });
});
