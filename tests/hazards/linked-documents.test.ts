import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../harness/sao.ts';

const sao = findBuild();

/** Replaces a file by a link to it and returns the file's new path. */
function link(bench: Bench, dir: string, name: string): string {
  const elsewhere = join(bench.home, `elsewhere-${name}`);
  renameSync(join(dir, name), elsewhere);
  symlinkSync(elsewhere, join(dir, name));
  return elsewhere;
}

describe.each(['run.json', 'plan.json', 'ledger.jsonl'])('a link in the place of %s', (name) => {
  it('is refused with its name and a fix, and its target does not change', () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([2]));
    const elsewhere = link(bench, run.dir, name);
    const before = readFileSync(elsewhere, 'utf8');
    for (const args of [['status'], ['next'], ['verify'], ['retry', 'a1'], ['report']]) {
      const [command = '', ...more] = args;
      const { code, stdout, stderr } = bench.call(command, run.id, ...more);
      expect({ command, code, stdout }).toEqual({ command, code: 3, stdout: '' });
      expect(stderr).toContain(`${join(run.dir, name)} is a link`);
      expect(stderr).toMatch(/^Fix: /m);
    }
    expect(readFileSync(elsewhere, 'utf8')).toBe(before);
  });
});

it('does not hide other runs when a ledger is a link', () => {
  const bench = new Bench(sao.path);
  const whole = bench.plan(domainsOf([1]));
  const linked = bench.plan(domainsOf([1]));
  writeFileSync(link(bench, linked.dir, 'ledger.jsonl'), '');
  expect(bench.call('status').stdout).toContain(whole.id);
  const list = bench.call('list');
  expect(list.stdout).toContain(whole.id);
  expect(list.stderr).toMatch(/Warning: .*ledger\.jsonl is a link/);
});
