import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, type Run, type TraceLine } from '../harness/sao.ts';
import { isFullScale, scaled } from '../harness/scale.ts';
import { waitUntil } from '../harness/wait.ts';

const built = findBuild();

function countLines(run: Run): number {
  const path = join(run.dir, 'ledger.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

/** Agents that were started again after they wrote their output. */
function findRepeated(lines: readonly TraceLine[]): string[] {
  const done = new Set<string>();
  return lines.flatMap(({ event, id }) => {
    if (event === 'end') done.add(id);
    return event === 'start' && done.has(id) ? [id] : [];
  });
}

describe('a driver that is killed with kill -9', { timeout: 600_000 }, () => {
  it.each([
    ['waves', 'good'],
    ['rolling', 'wait:30'],
  ])(
    'after any event of the ledger: no agent that is done runs again (%s, %s)',
    async (schedule, behaviour) => {
      const bench = new Bench(built.path);
      const run = bench.plan(domainsOf([scaled(3, 10), scaled(3, 10), scaled(3, 10)]));
      const args = run.driven(bench.fake(`*=${behaviour}`), '--schedule', schedule);
      let kills = 0;
      for (let code: number | null = null; code !== 0; kills += 1) {
        // A later event each time. A driver first writes up to three events for each of the 12 agents that its predecessor had started.
        const bound = countLines(run) + 1 + (isFullScale ? kills % 61 : 2 * kills);
        const { child, ended } = bench.start(...args);
        await Promise.race([waitUntil(() => countLines(run) >= bound || child.exitCode !== null), ended]);
        child.kill('SIGKILL');
        ({ code } = await ended);
      }
      expect(kills).toBeGreaterThan(3);
      expect(findRepeated(bench.allTraced())).toEqual([]);
      expect(new Set(bench.traced('end').map(({ id }) => id)).size).toBe(scaled(3, 10) * 3 + coordinators());
      await waitUntil(() => bench.findRunning().length === 0);
      expect(run.ledger().filter(({ type }) => type === 'gap')).toEqual([]);
    },
  );

  it('leaves no process: its agents end with it, and the next driver starts without leftovers', async () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([3]));
    const { child, ended } = bench.start(...run.driven(bench.fake('a1=fork', 'a2=deaf', 'a3=hold')));
    await waitUntil(() => bench.traced('forked').length + bench.traced('deaf').length === 2);
    await waitUntil(() => bench.traced('start').length === 3);
    child.kill('SIGKILL');
    await ended;
    expect(run.carryOut(bench.fake()).code).toBe(0);
    expect(bench.findRunning()).toEqual([]);
    expect(run.ledger().filter(({ type }) => type === 'released')).toHaveLength(3);
  });
});

const coordinators = () => (scaled(3, 10) > 8 ? 9 : 3);
