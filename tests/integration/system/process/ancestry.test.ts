import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkAncestors } from '../../../../src/system/process/ancestry.ts';
import type { ProcessEntry } from '../../../../src/system/process/process-entry.ts';
import { bundleModule } from '../../../harness/bundle.ts';
import { makeKeptScratch } from '../../../harness/scratch.ts';

const ancestry = bundleModule('src/system/process/ancestry.ts');
afterAll(() => ancestry.remove());

/** Evaluates an expression over the module in a new Node process, started through `wrap`. */
function evaluate(expression: string, wrap: readonly string[] = [], env: NodeJS.ProcessEnv = {}): unknown {
  const script = `import * as it from ${JSON.stringify(ancestry.path)}; console.log(JSON.stringify(${expression}) ?? 'null')`;
  const node = [process.execPath, '--input-type=module', '-e', script];
  const [file = '', ...args] = [...wrap, ...node];
  const result = spawnSync(file, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  expect(result.stderr).toBe('');
  return JSON.parse(result.stdout);
}

const throughShell = ['sh', '-c', '"$@"; true', 'sh'];

describe('a variable of any ancestor', () => {
  const env = { SAO_TEST_SESSION: '1' };

  it('is seen directly', () => expect(evaluate("it.ancestorHasEnv('SAO_TEST_SESSION')", [], env)).toBe(true));

  it('is not made up', () => expect(evaluate("it.ancestorHasEnv('SAO_TEST_SESSION')")).toBe(false));

  it.skipIf(process.platform !== 'linux')('is seen although `env -u` removed it (Linux only)', () => {
    const wrap = [...throughShell, 'env', '-u', 'SAO_TEST_SESSION'];
    expect(evaluate("it.ancestorHasEnv('SAO_TEST_SESSION')", wrap, env)).toBe(true);
    expect(evaluate("it.ancestorHasEnv('SAO_TEST')", wrap, env)).toBe(false);
  });
});

// `exec env -u …` leaves no process with the session's variables but the client, which has none.
describe.skipIf(process.platform !== 'linux')('a client among the ancestors (Linux only)', () => {
  // Made before the first test of the file, after which other scratch folders are removed.
  const folder = makeKeptScratch();
  const claude = join(folder, 'claude');
  const wrap = [claude, '-c', '"$@"; true', 'sh'];
  beforeAll(() => symlinkSync('/bin/sh', claude));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is seen by its name', () => {
    expect(evaluate('it.hasClientAncestor()')).toBe(false);
    expect(evaluate('it.hasClientAncestor()', wrap)).toBe(true);
    expect(evaluate('it.hasClientAncestor()', [...wrap, 'env', '-i'])).toBe(true);
  });

  // The first process adopts it, but its session's leader still lives.
  it('is seen by a process of its session that has lost its parents', () => {
    const wrapper = ['setsid', claude, '-c', '("$@" &); sleep 2', 'sh', 'env', '-i'];
    expect(evaluate('it.hasClientAncestor()', wrapper)).toBe(true);
    const agent = ['setsid', 'env', 'SAO_AGENT_ID=a1', 'sh', '-c', '("$@" &); sleep 2', 'sh', 'env', '-i'];
    expect(evaluate('it.hasAgentAncestor()', agent)).toBe(true);
  });

  it('is nested in another one with a shell between them, or by its environment', () => {
    expect(evaluate('it.isNestedClient(process.pid)', wrap)).toBe(false);
    expect(evaluate('it.isNestedClient(process.pid)', [...wrap, ...wrap])).toBe(false);
    expect(evaluate('it.isNestedClient(process.pid)', [...wrap, ...throughShell, ...wrap])).toBe(true);
    expect(evaluate('it.isNestedClient(process.pid)', wrap, { CLAUDECODE: '1' })).toBe(true);
  });
});

it('the walk upwards ends for every answer of the system', () => {
  const entry = (pid: number, parent: number): ProcessEntry => ({
    pid,
    parent,
    group: 0,
    name: '',
    started: '1',
    isZombie: false,
  });
  const parents: Record<number, number> = { 9: 5, 5: 1, 1: 0, 3: 4, 4: 3, 8: 77 };
  const read = (pid: number) => (parents[pid] === undefined ? 'gone' : entry(pid, parents[pid]));
  const walk = (pid: number) => [...walkAncestors(pid, read)].map((e) => e.pid);
  expect(walk(9)).toEqual([9, 5, 1]);
  expect(walk(3)).toEqual([3, 4]);
  expect(walk(8)).toEqual([8]);
  expect(walk(0)).toEqual([]);
});
