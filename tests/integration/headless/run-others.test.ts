import { spawn } from 'node:child_process';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { identifyProcess } from '../../../src/system/process/identity.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

const built = findBuild();

const client = spawn('sleep', ['600'], { stdio: 'ignore' });
afterEach(() => void client.kill('SIGKILL'));

/** What a hook writes down when a session dispatches an agent. */
function dispatchInSession(run: Run, agent: string): void {
  const owner = identifyProcess(client.pid);
  const event = { type: 'dispatched', agent, attempt: 1, driver: 'agent', wave: 1, owner, via: 'hook' };
  append(run, event);
}

function append(run: Run, event: object): void {
  const at = new Date().toISOString();
  appendFileSync(join(run.dir, 'ledger.jsonl'), `${JSON.stringify({ v: 1, at, ...event })}\n`);
}

describe('sao run beside a session', () => {
  it('does not start what the session has started, waits for it, and takes over what it leaves', async () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([4]));
    dispatchInSession(run, 'a1');
    dispatchInSession(run, 'a2');
    const { ended } = bench.start(...run.driven(bench.fake(), '--json'));
    await waitUntil(() => bench.traced('end').length === 2);
    const findings = { critical: 0, major: 0, minor: 0 };
    writeFileSync(join(run.dir, 'workers/a1.md'), '# a1\n\nNothing.\n\n<!-- DONE -->\n');
    append(run, {
      type: 'returned',
      agent: 'a1',
      attempt: 1,
      chars: 4,
      line: 'Done',
      verdict: 'done',
      words: 2,
      findings,
    });
    client.kill('SIGKILL');
    const { code, stdout } = await ended;
    expect({ code, ...JSON.parse(stdout).data.counts }).toMatchObject({ code: 0, done: 5, gaps: 0 });
    expect(bench.traced('start').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['a2', 'a3', 'a4', 'coord-d1']),
    );
    expect(bench.traced('start')).toHaveLength(4);
  });
});

it('sao run starts nothing without the project, and says how to go on', () => {
  const bench = new Bench(built.path);
  const run = bench.plan(domainsOf([1]));
  renameSync(bench.project, `${bench.project}-moved`);
  const { code, stdout } = bench.callIn(bench.home, ...run.driven(bench.fake(), '--json'));
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 3,
    diagnostics: [{ code: 'project-missing', fix: `move it back there, then: sao run ${run.id}` }],
  });
  expect(bench.traced('start')).toEqual([]);
});
