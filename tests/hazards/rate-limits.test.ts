import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, mostAtOnce } from '../harness/sao.ts';
import { scaled } from '../harness/scale.ts';

const built = findBuild();

describe('a service that refuses three starts in ten', () => {
  it.each(['waves', 'rolling'])(
    'loses nothing of 100 agents and is never asked by more than fit (%s)',
    (schedule) => {
      const workers = scaled(24, 100);
      const bench = new Bench(built.path, { SAO_BACKOFF_MS: '10' });
      const run = bench.plan(domainsOf([workers]));
      const { code, data } = run.carryOut(bench.fake('*=limited:0.3'), '--schedule', schedule);
      expect({ code, gaps: data.gaps, open: data.counts.open }).toEqual({ code: 0, gaps: [], open: 0 });
      const entries = run.ledger();
      expect(entries.filter(({ type }) => type === 'rate-limited').length).toBeGreaterThan(0);
      expect(mostAtOnce(entries)).toBeLessThanOrEqual(12);
      // Each agent was done once and was not started again.
      const done =
        bench.traced('start').length - entries.filter(({ type }) => type === 'rate-limited').length;
      expect(done).toBe(data.counts.agents);
    },
  );
});
