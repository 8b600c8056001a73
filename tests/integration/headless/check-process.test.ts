import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';
import { CheckProcess } from '../../../src/headless/check-process.io.ts';
import { type Guard, startGuard } from '../../../src/system/process/guard.ts';
import { guardScript } from '../../../src/system/process/guard-script.ts';
import type { ProcessIdentity } from '../../../src/system/process/identity.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { leakedToken } from '../../harness/shop.mjs';

const built = findBuild();

describe('the built-in checks of a run', { timeout: 120_000 }, () => {
  it('are answered by one process, each as by a call of its own', () => {
    const bench = new Bench(built.path);
    writeFileSync(join(bench.project, 'config.mjs'), `export const token = '${leakedToken()}';\n`);
    writeFileSync(join(bench.project, 'skip.test.js'), "it.skip('adds', () => expect(1 + 1).toBe(2));\n");
    const { stdout } = bench.call('audit', '.', '--tools', 'none', '--json');
    const { run } = JSON.parse(stdout).data as { run: string };
    const audit = bench.runOf(run);
    const children = audit.ledger().flatMap((entry) => (entry.type === 'started' ? [entry.child.pid] : []));
    expect(children).toHaveLength(CHECKS.length);
    expect(new Set(children).size).toBe(1);
    for (const id of ['secrets', 'skipped-tests']) {
      const alone = bench.call('check', id, '.').stdout.trim();
      expect(alone).toContain('- [');
      expect(audit.output(`workers/${id}.md`)).toContain(
        alone.slice(alone.indexOf('## Findings'), alone.indexOf('## Notes')),
      );
    }
  });

  it('read the project again after another worker has written', () => {
    const bench = new Bench(built.path);
    const write = `node -e "require('fs').writeFileSync('late.mjs', process.argv[1])" 'export const token = "${leakedToken()}";'`;
    const run = bench.plan(
      [
        {
          id: 'd',
          workers: [
            { id: 'before', task: 'Look', run: 'sao check secrets .' },
            { id: 'writes', task: 'Write', run: write, after: ['before'] },
            { id: 'after', task: 'Look again', run: 'sao check secrets .', after: ['writes'] },
          ],
        },
      ],
      [write, 'sao check secrets .'],
    );
    expect(bench.call('run', run.id, '--unattended').code).toBe(0);
    expect(run.output('workers/before.md')).not.toContain('late.mjs');
    expect(run.output('workers/after.md')).toContain('late.mjs:1');
  });
});

/** Answers each check with its name and this process's pid; `hangs` never, and `crashes` ends the process with 7. */
const SERVER = `
const { createInterface } = require('node:readline');
(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    const { number, id } = JSON.parse(line);
    if (id === 'crashes') process.exit(7);
    if (id === 'hangs') await new Promise((resolve) => setTimeout(resolve, 600_000));
    process.stdout.write(JSON.stringify({ number, exitCode: 0, stdout: id + ' ' + process.pid, stderr: '', durationMs: 1 }) + '\\n');
  }
})();
`;

describe('the shared process of checks', { timeout: 60_000 }, () => {
  let guard: Guard;
  let checks: CheckProcess;
  beforeEach(() => {
    const server = join(makeScratch(), 'server.cjs');
    writeFileSync(server, SERVER);
    guard = startGuard({ script: guardScript() });
    checks = new CheckProcess([process.execPath, server], guard);
  });
  afterEach(async () => {
    await checks.close();
    await guard.close();
  });

  const start = (id: string, timeoutMs = 60_000, onStart?: (child: ProcessIdentity) => void) =>
    checks.start(
      { id, path: '/', version: 0 },
      {
        cwd: '/',
        env: process.env,
        timeoutMs,
        graceMs: 200,
        stdoutLimit: 100,
        ...(onStart ? { onStart } : {}),
      },
    );
  const nameOf = (stdout: string) => stdout.split(' ')[0];

  it('answers several checks, and is named to each', async () => {
    const pids: number[] = [];
    const results = await Promise.all(
      ['a', 'b', 'c'].map((id) => start(id, 60_000, ({ pid }) => pids.push(pid)).done),
    );
    expect(results.map(({ stdout }) => nameOf(stdout))).toEqual(['a', 'b', 'c']);
    expect(results.map(({ stdout }) => Number(stdout.split(' ')[1]))).toEqual(pids);
    expect(new Set(pids).size).toBe(1);
  });

  it('ends with a check that hangs; the others start again', async () => {
    const started: number[] = [];
    const [a, hung, b] = await Promise.all([
      start('a').done,
      start('hangs', 400).done,
      start('b', 60_000, ({ pid }) => started.push(pid)).done,
    ]);
    expect([a, b].map((result) => nameOf(result?.stdout ?? ''))).toEqual(['a', 'b']);
    expect(hung).toMatchObject({ timedOut: true, stopped: false, stdout: '' });
    expect(new Set(started).size).toBe(2);
  });

  it('that crashes costs the check it worked on, and no other', async () => {
    const [crashed, a] = await Promise.all([start('crashes').done, start('a').done]);
    expect(crashed).toMatchObject({ exitCode: 7, timedOut: false, stopped: false, stdout: '' });
    expect(a).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^a \d+$/) });
  });

  it('is stopped with its checks', async () => {
    const running = [start('hangs'), start('a')];
    for (const { stop } of running) stop();
    const results = await Promise.all(running.map(({ done }) => done));
    expect(results.map(({ stopped }) => stopped)).toEqual([true, true]);
  });

  it('that cannot be started says so for every check', async () => {
    checks = new CheckProcess(['/nowhere/node'], guard);
    const results = await Promise.all([start('a').done, start('b').done]);
    expect(results.map(({ startError }) => startError?.code)).toEqual(['ENOENT', 'ENOENT']);
  });
});
