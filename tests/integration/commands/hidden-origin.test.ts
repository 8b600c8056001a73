import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRunnerElsewhere, recordRunner } from '../../../src/run/ledger/live-runners.io.ts';
import { identifyProcess } from '../../../src/system/process/identity.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { makeKeptScratch } from '../../harness/scratch.ts';
import { waitUntil } from '../../harness/wait.ts';

const built = findBuild();
const HIDDEN = ['--bind', '/', '/', '--dev', '/dev', '--unshare-pid', '--proc', '/proc'];
const NO_PROC = ['--bind', '/', '/', '--dev', '/dev', '--tmpfs', '/proc'];
const hasSpaces = process.platform === 'linux' && spawnSync('bwrap', [...HIDDEN, 'true']).status === 0;
const title = hasSpaces
  ? 'a call that hides its parents in a pid namespace'
  : 'a call that hides its parents in a pid namespace (SKIPPED: bwrap does not work here)';

/** Calls sao without variables, terminal and visible parents. */
function callHidden(bench: Bench, mounts: readonly string[], ...args: string[]) {
  const variables = Object.entries(bench.env).map(([name, value]) => `${name}=${value}`);
  const call = ['env', '-i', ...variables, process.execPath, bench.sao, ...args];
  const { status, stdout, stderr } = spawnSync('setsid', ['-w', 'bwrap', ...mounts, '--', ...call], {
    cwd: bench.project,
    env: { PATH: process.env.PATH ?? '' },
    encoding: 'utf8',
  });
  return { code: status, text: stdout + stderr };
}

describe.skipIf(!hasSpaces)(title, () => {
  let bench: Bench;
  let id: string;
  let dir: string;
  let runner: ChildProcess;
  // A worker that waits for its end.
  beforeAll(async () => {
    bench = new Bench(built.path, {}, 'kept');
    ({ id, dir } = bench.plan(domainsOf([1])));
    const { id: own, dir: ownDir } = bench.plan(domainsOf([1]));
    const args = [bench.sao, 'run', own, '--unattended', '--driver', 'command', '--command', 'sleep 600'];
    runner = spawn(process.execPath, args, { cwd: bench.project, env: bench.env, stdio: 'ignore' });
    await waitUntil(() => readFileSync(join(ownDir, 'ledger.jsonl'), 'utf8').includes('"dispatched"'));
  });
  afterAll(async () => {
    const ended = once(runner, 'exit');
    runner.kill('SIGTERM');
    await ended;
  });

  it.each([
    ['in a pid namespace of its own', HIDDEN],
    ['without /proc', NO_PROC],
  ])('starts nothing while a runner works: %s', (_, mounts) => {
    const ledger = readFileSync(join(dir, 'ledger.jsonl'), 'utf8');
    for (const args of [
      ['run', id, '--unattended', '--driver', 'command', '--command', 'true'],
      ['next', id, '--confirm'],
    ]) {
      const { code, text } = callHidden(bench, mounts, ...args);
      expect({ args, code, text }).toMatchObject({ code: 2 });
      expect(text).toMatch(/a session or runner \(process \d+ of another container or sandbox/);
    }
    expect(readFileSync(join(dir, 'ledger.jsonl'), 'utf8')).toBe(ledger);
  });
});

describe('the record of a runner', () => {
  const folder = join(makeKeptScratch(), 'runners');
  const now = Date.now();
  const recordsOf = (pid: number) => readdirSync(folder).filter((name) => name.startsWith(`${pid}-`));

  it('is none of another namespace for a process beside it, and ends with the runner', () => {
    const end = recordRunner(now, folder);
    expect(recordsOf(process.pid)).toHaveLength(1);
    expect(findRunnerElsewhere(now, folder)?.pid).not.toBe(process.pid);
    end();
    expect(recordsOf(process.pid)).toEqual([]);
  });

  it.each([
    ['of another namespace', { pid: 990_001, started: '1', boot: 'b', space: 'pid:[7]' }, 0, 990_001],
    [
      'of another namespace that was killed',
      { pid: 990_002, started: '1', boot: 'b', space: 'pid:[7]' },
      61,
      undefined,
    ],
    ['of this namespace that was killed', { ...identifyProcess(), pid: 990_003, started: '1' }, 0, undefined],
    ['that cannot be read', undefined, 0, 0],
  ])('%s', (_, runner, seconds, expected) => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${runner?.pid ?? 'x'}-test`);
    // An empty file, as a program mounts it over a record.
    writeFileSync(path, runner === undefined ? '' : JSON.stringify({ version: 1, runner }));
    utimesSync(path, now / 1000 - seconds, now / 1000 - seconds);
    const found = findRunnerElsewhere(now, folder)?.pid;
    rmSync(path);
    expect(found).toBe(expected);
  });

  it('of a killed runner is removed by the next one', () => {
    const path = join(folder, '990004-test');
    writeFileSync(
      path,
      JSON.stringify({ version: 1, runner: { ...identifyProcess(), pid: 990_004, started: '1' } }),
    );
    recordRunner(now, folder)();
    expect(recordsOf(990_004)).toEqual([]);
  });
});
