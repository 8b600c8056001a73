import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild } from '../harness/sao.ts';

const sao = findBuild();
const isRoot = process.getuid?.() === 0;

/** A disk that only this command sees; it needs user namespaces or root. */
const onDisk = (bench: Bench, script: string) =>
  spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', script, 'sh', join(bench.home, 'runs'), process.execPath, sao.path],
    {
      encoding: 'utf8',
      env: bench.env,
      cwd: bench.project,
    },
  );
const SMALL = 'mount -t tmpfs -o size=256k,mode=700 tmpfs "$1" || exit 99; ';
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const skipped = canMount ? '' : ' (skipped: this machine lets us mount no disk of our own)';

function expectFault(code: number | null, stdout: string, stderr: string, what: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^Error: /m);
  expect(stderr).toMatch(what);
  expect(stderr).toMatch(/^Fix: /m);
}

describe('a foreign runs root', () => {
  const plant: [string, (path: string, bench: Bench) => void, RegExp, boolean?][] = [
    ['a link', (path, bench) => symlinkSync(bench.project, path), /is a link/],
    ['a file', (path) => writeFileSync(path, 'x'), /not a directory/],
    [
      "another user's folder",
      (path) => {
        mkdirSync(path);
        chownSync(path, 65_534, 65_534);
      },
      /another user/,
      true,
    ],
  ];
  it.each(plant.filter(([, , , needsRoot]) => isRoot || !needsRoot))(
    '%s: every command refuses it',
    (_, make, what) => {
      const bench = new Bench(sao.path);
      make(join(bench.home, 'runs'), bench);
      for (const args of [['init'], ['list'], ['next'], ['clean', '--older-than', '1d']]) {
        const { code, stdout, stderr } = bench.call(...args);
        expectFault(code, stdout, stderr, what);
      }
      expect(readdirSync(bench.project)).toEqual([]);
      expect(bench.call('doctor').stdout).toMatch(/^fail {2}runs/m);
    },
  );

  it('that all users share, such as /tmp, is refused, and its mode does not change', () => {
    const bench = new Bench(sao.path);
    const root = join(bench.home, 'runs');
    mkdirSync(root);
    chmodSync(root, 0o1777);
    const { code, stdout, stderr } = bench.call('init');
    expectFault(code, stdout, stderr, /all users share/);
    expect(statSync(root).mode & 0o7777).toBe(0o1777);
  });

  it('that others can write is refused, with the command that closes it, and its mode does not change', () => {
    const bench = new Bench(sao.path);
    const root = join(bench.home, 'runs');
    mkdirSync(root);
    chmodSync(root, 0o775);
    const { code, stdout, stderr } = bench.call('init');
    expectFault(code, stdout, stderr, /writable by other users/);
    expect(stderr).toContain(`chmod 700 ${root}`);
    expect(statSync(root).mode & 0o777).toBe(0o775);
    expect(readdirSync(root)).toEqual([]);
    chmodSync(root, 0o700);
    expect(bench.call('init').code).toBe(0);
  });
});

describe.skipIf(!canMount)(`a runs root on a bad disk${skipped}`, () => {
  it('that is read-only: an error with a fix; existing runs can be verified', () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(domainsOf([1]));
    writeFileSync(join(run.dir, 'workers', 'a1.md'), '# A\n\ntext\n\n<!-- DONE -->\n');
    const readOnly = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99; ';
    const init = onDisk(bench, `${readOnly}exec "$2" "$3" init`);
    expectFault(init.status, init.stdout, init.stderr, /read-only/);
    const next = onDisk(bench, `${readOnly}exec "$2" "$3" next ${run.id}`);
    expectFault(next.status, next.stdout, next.stderr, /read-only/);
    const verify = onDisk(bench, `${readOnly}exec "$2" "$3" verify ${run.id} a1`);
    expect(verify).toMatchObject({ status: 0, stdout: `${run.id}: 1 of 1 done\n` });
    expect(onDisk(bench, `${readOnly}exec "$2" "$3" status ${run.id}`).status).toBe(0);
  });

  it('that is full: no partial file counts, and the run continues once there is space', () => {
    const bench = new Bench(sao.path);
    mkdirSync(join(bench.home, 'runs'), { mode: 0o700 });
    const plan = JSON.stringify({ version: 1, domains: domainsOf([40]) });
    const steps = [
      `"$2" "$3" init > "$1/id" || exit 98; run=$(head -1 "$1/id")`,
      'head -c 1000000 /dev/zero > "$1/filler" 2>/dev/null',
      `"$2" "$3" plan "$run" '${plan}'; echo "plan $?"`,
      '"$2" "$3" next "$run" | head -1; echo "$1"/*/plan.json',
      `rm "$1/filler"; "$2" "$3" plan "$run" '${plan}' >/dev/null 2>&1; echo "again $?"`,
    ];
    const { stdout, stderr } = onDisk(bench, SMALL + steps.join('; '));
    expect(stdout).toContain('plan 3');
    expect(stderr).toMatch(/disk is full/);
    expect(stdout).toContain('*/plan.json');
    expect(stdout).toContain('again 0');
  });
});
