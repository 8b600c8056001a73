import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followLedger } from '../../../src/run/ledger/follow.io.ts';
import { replayRun } from '../../../src/run/ledger/store.io.ts';
import { readReceiptDocument } from '../../../src/run/receipt/collect-receipt.io.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';

const built = findBuild();

/** Entries that a call would wait for, or could not hold. */
const KINDS: [string, (path: string) => void][] = [
  ['a named pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path)],
  ['a file of 3 GB', makeLarge],
];

function makeLarge(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 3_000_000_000);
}

describe.each(KINDS)('%s', (_, make) => {
  it.each([
    'run.json',
    'plan.json',
    'ledger.jsonl',
    'ledger.replay.json',
    'workers/a1.md',
    'prompts/a1.md',
    'driver.lock',
  ])('in the place of %s of a run ends no call by a fault of sao', (name) => {
    const bench = new Bench(built.path);
    const { id, dir } = bench.plan(domainsOf([1]));
    rmSync(join(dir, name), { force: true });
    make(join(dir, name));
    for (const args of [['status', id], ['next', id], ['verify', id], ['receipt', id], ['list']]) {
      const { code, stderr } = bench.callWarm(...args);
      expect({ args, code: [0, 1, 2, 3].includes(code ?? -1), stderr }).toEqual({
        args,
        code: true,
        stderr: expect.not.stringContaining('internal fault'),
      });
    }
  });

  it('is no plan, no receipt and no configuration of a project', () => {
    const bench = new Bench(built.path);
    const file = join(bench.home, 'document.json');
    make(file);
    expect(bench.callWarm('plan', '--new', file)).toMatchObject({ code: 2, stdout: '' });
    expect(bench.callWarm('receipt', 'verify', file)).toMatchObject({ code: 2, stdout: '' });
    const config = join(bench.project, '.orchestration', 'config.json');
    mkdirSync(dirname(config));
    make(config);
    const plan = JSON.stringify({ version: 1, domains: domainsOf([1]) });
    expect(bench.callWarm('plan', '--new', plan).stderr).not.toContain('internal fault');
  });
});

it('a plan on standard input is read up to 64 MiB', () => {
  const bench = new Bench(built.path);
  const call = `${JSON.stringify(process.execPath)} ${JSON.stringify(bench.sao)} plan --new - < /dev/zero 2>&1; true`;
  const said = execFileSync('sh', ['-c', call], { cwd: bench.project, env: bench.env, encoding: 'utf8' });
  expect(said).toContain('standard input has more than 67108864 bytes');
});

it('a missing receipt is named as missing', () => {
  const bench = new Bench(built.path);
  expect(bench.callWarm('receipt', 'verify', 'nowhere.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`there is no file ${join(bench.project, 'nowhere.json')}`),
  });
});

it('a document of a run that is too large has its size in the receipt, and no hash', () => {
  const bench = new Bench(built.path);
  const { dir } = bench.plan(domainsOf([1]));
  makeLarge(join(dir, 'workers', 'a1.md'));
  expect(readReceiptDocument(dir, 'workers/a1.md')).toEqual({
    path: 'workers/a1.md',
    bytes: 3_000_000_000,
    sha256: null,
  });
  expect(existsSync(join(dir, 'workers', 'a1.md'))).toBe(true);
});

it('a ledger with a line of 40 MiB is replayed without it, and one of 3 GB is refused', () => {
  const bench = new Bench(built.path);
  const { dir } = bench.plan(domainsOf([1]));
  const ledger = join(dir, 'ledger.jsonl');
  const text = readFileSync(ledger, 'utf8');
  const [first = '', ...rest] = text.split('\n');
  const before = replayRun(dir);
  writeFileSync(ledger, [first, 'x'.repeat(40 * 1024 * 1024), ...rest].join('\n'));
  expect(replayRun(dir).planHash).toBe(before.planHash);
  truncateSync(ledger, 3_000_000_000);
  expect(() => replayRun(dir)).toThrow('has 3000000000 bytes');
  expect(() => followLedger(dir).catchUp()).toThrow('has 3000000000 bytes');
});
