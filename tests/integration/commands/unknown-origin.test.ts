import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quoteCommand } from '../../../src/system/command-line.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { makeKeptScratch } from '../../harness/scratch.ts';

const built = findBuild();

/** Calls sao without a terminal, parents or variables that say where it comes from, and waits for its end. */
async function callDetached(bench: Bench, starter: readonly string[], ...args: string[]) {
  const out = join(bench.home, `out-${args[0]}`);
  const variables = Object.entries(bench.env).map(([name, value]) => `${name}=${value}`);
  const call = quoteCommand(['env', '-i', ...variables, process.execPath, bench.sao, ...args]);
  const [file = '', ...rest] = [...starter, `${call} > ${out} 2>&1; echo $? > ${out}.code`];
  spawn(file, rest, { cwd: bench.project, stdio: 'ignore' });
  await vi.waitFor(
    () => expect(existsSync(`${out}.code`) && readFileSync(`${out}.code`, 'utf8')).toMatch(/\n/),
    {
      timeout: 20_000,
    },
  );
  return { code: Number(readFileSync(`${out}.code`, 'utf8')), text: readFileSync(out, 'utf8') };
}

describe.skipIf(process.platform !== 'linux')('a call whose starter is not known (Linux only)', () => {
  const folder = makeKeptScratch();
  let client: ReturnType<typeof spawn>;
  // A process with the name of a client, as a model's session has it.
  beforeAll(() => {
    copyFileSync('/bin/sleep', join(folder, 'claude'));
    client = spawn(join(folder, 'claude'), ['600'], { stdio: 'ignore' });
  });
  afterAll(() => void client.kill());

  it.each([
    ['setsid -f', ['setsid', '-f', 'sh', '-c']],
    ['two forks', ['setsid', 'sh', '-c', '(setsid sh -c "$0" &)']],
  ])('changes no run while a session is at work: %s', async (_, starter) => {
    const bench = new Bench(built.path);
    const { id, dir } = bench.plan(domainsOf([1]));
    const ledger = readFileSync(join(dir, 'ledger.jsonl'), 'utf8');
    for (const args of [
      ['gap', id, 'a1', '--reason', 'x'],
      ['clean', '--older-than', '1s', '--abandoned'],
      ['next', id, '--confirm'],
      ['init'],
      ['run', id, '--unattended'],
      ['audit', '.'],
      ['build', 'a web shop', '--unattended'],
      ['queue', '--queue', 'check', 'token', 'create', '--role', 'owner'],
    ]) {
      const { code, text } = await callDetached(bench, starter, ...args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(text).toContain('no terminal and no parent process that says who made it');
      expect(text, args[0]).toMatch(/^Fix: call `sao \w+` in a terminal or in the session/m);
    }
    expect(readFileSync(join(dir, 'ledger.jsonl'), 'utf8')).toBe(ledger);
    expect((await callDetached(bench, starter, 'verify', id)).code).toBe(1);
  });

  it('is let through with a terminal, and from a program that is older than the session', () => {
    const bench = new Bench(built.path);
    expect(bench.person('init').code).toBe(0);
    expect(bench.call('init').code).toBe(0);
  });
});
