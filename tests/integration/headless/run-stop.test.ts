import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

const built = findBuild();

describe('sao run that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends its agents on %s and resumes from there',
    async (signal) => {
      const bench = new Bench(built.path);
      const run = bench.plan(domainsOf([6]));
      const held = run.driven(bench.fake('a1=good', 'a2=good', '*=hold'));
      const { child, ended } = bench.start(...held);
      await waitUntil(() => bench.traced('start').length === 6 && bench.traced('end').length === 2);
      await waitUntil(() => run.ledger().filter(({ type }) => type === 'returned').length === 2);
      child.kill(signal);
      const { code, stderr, stdout } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain('stopping 4 agents');
      expect(stdout).toMatch(/interrupted; to resume: `sao run /);
      expect(bench.findRunning()).toEqual([]);
      expect(run.ledger().filter(({ type }) => type === 'released')).toHaveLength(4);
      const resumed = run.carryOut(bench.fake());
      expect({ code: resumed.code, done: resumed.data.counts.done }).toEqual({ code: 0, done: 7 });
      const starts = bench.traced('start').map(({ id, attempt }) => `${id}@${attempt}`);
      expect(starts.filter((start) => start === 'a1@1' || start === 'a2@1')).toHaveLength(2);
      // What was interrupted has lost no attempt.
      expect(starts.filter((start) => start === 'a3@1')).toHaveLength(2);
    },
  );

  it('kills at once what does not end, when it is told twice', async () => {
    const bench = new Bench(built.path, { SAO_GRACE_MS: '60000' });
    const run = bench.plan(domainsOf([1]));
    const { child, ended, said } = bench.start(...run.driven(bench.fake('*=deaf')));
    await waitUntil(() => bench.traced('deaf').length === 1);
    child.kill('SIGINT');
    await waitUntil(() => said().includes('stopping 1 agent'));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(bench.findRunning()).toEqual([]);
  });

  it('does not wait for the grace of an agent that ignores the signal, or for the end of a limit', async () => {
    const bench = new Bench(built.path, { SAO_GRACE_MS: '60000', SAO_BACKOFF_MS: '600000' });
    const run = bench.plan(domainsOf([2]));
    const { child, ended } = bench.start(...run.driven(bench.fake('a1=deaf', 'a2=limited')));
    await waitUntil(() => bench.traced('deaf').length === 1);
    await waitUntil(() => run.ledger().some(({ type }) => type === 'rate-limited'));
    child.kill('SIGTERM');
    expect((await ended).code).toBe(130);
    expect(bench.findRunning()).toEqual([]);
    const waiting = bench.start(...run.driven(bench.fake('a2=limited')));
    await waitUntil(() => bench.traced('end').some(({ id }) => id === 'a1'));
    waiting.child.kill('SIGINT');
    expect((await waiting.ended).code).toBe(130);
    expect(run.carryOut(bench.fake(), '--on-limit', 'try').code).toBe(0);
  });

  it('ends an agent that is out of time with everything that it started', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2], { model: 'haiku', timeout: 1 }));
    const { code, data } = run.carryOut(bench.fake('a1=fork'));
    expect(code).toBe(1);
    expect(data.gaps).toMatchObject([
      { id: 'a1', reason: expect.stringContaining('ended after its time of 1 s') },
    ]);
    expect(bench.traced('forked')).toHaveLength(2);
    expect(bench.findRunning()).toEqual([]);
  });

  it('has one driver: a second one is told who holds the run', async () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const { child, ended } = bench.start(...run.driven(bench.fake('*=hold')));
    await waitUntil(() => bench.traced('start').length === 1);
    const second = bench.call('run', run.id, '--driver', 'claude');
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`already has a runner: process ${child.pid}`),
    });
    bench.release();
    expect((await ended).code).toBe(0);
  });
});
