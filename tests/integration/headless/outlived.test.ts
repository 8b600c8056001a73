import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { identifyProcess } from '../../../src/system/process/identity.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

const built = findBuild();

describe('an agent that outlived its killed runner', () => {
  it.each(['agent', 'workflow', 'tiered'] as const)(
    'is not started a second time by sao next (%s)',
    async (driver) => {
      const bench = new Bench(built.path, { CLAUDE_CODE_SESSION_ID: 's' });
      const run = bench.plan(domainsOf([1]));
      const [agent, runner] = [1, 2].map(() => spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }));
      if (!agent || !runner) throw new Error('not started');
      try {
        const [child, owner] = [agent, runner].map(({ pid = 0 }) => identifyProcess(pid));
        if (!child || !owner) throw new Error('the processes have ended');
        appendEvents(
          run.dir,
          [
            { type: 'dispatched', agent: 'a1', attempt: 1, driver: 'command', wave: 1, owner },
            { type: 'started', agent: 'a1', attempt: 1, child },
          ],
          new Date(),
        );
        runner.kill('SIGKILL');
        await waitUntil(() => runner.signalCode !== null);
        const next = () => JSON.parse(bench.callWarm('next', run.id, '--driver', driver, '--json').stdout);
        const { action, message } = next().data;
        expect({ action, message }).toEqual({
          action: expect.not.stringMatching(/^(?:workflow|retry)$/),
          message: expect.stringContaining(
            `1 agent of a killed runner still works; \`sao run ${run.id}\` in a terminal ends it and continues.`,
          ),
        });
        expect(run.ledger().filter(({ type }) => type === 'released')).toEqual([]);
        agent.kill('SIGKILL');
        await waitUntil(() => agent.signalCode !== null);
        expect(next().data.message).not.toContain('killed runner');
        expect(run.ledger().filter(({ type }) => type === 'released')).toHaveLength(1);
      } finally {
        for (const process of [agent, runner]) process.kill('SIGKILL');
      }
    },
  );
});
