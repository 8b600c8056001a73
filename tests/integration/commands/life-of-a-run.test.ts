import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../../src/system/files/lock.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';

const REPORT = '# A\n\ntext\n\n<!-- DONE -->\n';
const DOMAINS = domainsOf([2]);
const PLAN = JSON.stringify({ version: 1, domains: DOMAINS });
const isRoot = process.getuid?.() === 0;
const sao = findBuild();

const write = (run: Run, ...paths: string[]) => {
  for (const path of paths) writeFileSync(join(run.dir, path), REPORT);
};
const json = (bench: Bench, ...args: string[]) => JSON.parse(bench.call(...args, '--json').stdout);

function finished(bench: Bench): Run {
  const run = bench.plan(DOMAINS);
  write(run, 'workers/a1.md', 'workers/a2.md', 'synthesis/d1.md');
  bench.call('report', run.id);
  return run;
}

/** Makes a run look as if its last activity was this many days ago. */
function age(run: Run, days: number): void {
  const past = new Date(Date.now() - days * 86_400_000);
  const ledger = join(run.dir, 'ledger.jsonl');
  writeFileSync(
    ledger,
    readFileSync(ledger, 'utf8').replace(/"at":"[^"]+"/g, `"at":"${past.toISOString()}"`),
  );
  const manifest = join(run.dir, 'run.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), created: past.toISOString() }),
  );
  utimesSync(ledger, past, past);
}

/** Folders of runs that are not complete: left by a killed process, and just being created. */
const HALF_MADE = '.new-20200101-000000-00000005-0a1b';
const BEING_MADE = '.new-20200101-000000-00000006-0a1b';

describe('two at once', () => {
  it('two plans for one run: both are valid, only one is accepted', async () => {
    const bench = new Bench(sao.path);
    const { run, dir } = json(bench, 'init').data as { run: string; dir: string };
    const other = JSON.stringify({ version: 1, domains: domainsOf([3, 3]) });
    const calls = [PLAN, other, PLAN, other].map((plan) => bench.start('plan', run, plan).ended);
    for (const { code, stderr } of await Promise.all(calls))
      expect({ code, stderr }).toMatchObject({ code: 0 });
    const plan = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8'));
    const lines = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const accepted = lines.filter(({ type }) => type === 'plan-accepted');
    expect(accepted).toHaveLength(4);
    expect(accepted.at(-1).workers).toBe(plan.waves.flat().length);
    expect(existsSync(join(dir, 'run.lock'))).toBe(false);
  });

  it('many nexts and starts: one answer, no agent twice', async () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(DOMAINS);
    const nexts = await Promise.all([1, 2, 3].map(() => bench.start('next', run.id).ended));
    expect(new Set(nexts.map(({ stdout }) => stdout)).size).toBe(1);
    const starts = await Promise.all(
      [1, 2, 3].map(() => bench.start('prompt', run.id, 'a1', '--start').ended),
    );
    expect(starts.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(run.ledger().filter(({ type }) => type === 'dispatched')).toHaveLength(1);
  });
});

it('a plan and its status count the same waves, with those of coordinators', () => {
  const bench = new Bench(sao.path);
  const plan = JSON.stringify({ version: 1, domains: domainsOf([9, 20]) });
  const { stdout } = bench.call('plan', '--new', plan);
  const run = /^(\S+): 29 workers in (\d+) waves/m.exec(stdout);
  const status = bench.call('status', run?.[1] ?? '').stdout;
  expect(status).toMatch(new RegExp(`wave 1 of ${run?.[2]},`));
});

describe('retry and gap', () => {
  it('a done worker starts again by force, with the coordinator that read it; nothing is lost', () => {
    const bench = new Bench(sao.path);
    const run = finished(bench);
    expect(bench.call('retry', run.id, 'a1')).toMatchObject({ code: 2 });
    const { stdout } = bench.call('retry', run.id, 'a1', '--force');
    expect(stdout).toContain('a1: one more attempt; its file is kept as attempts/a1.0.md');
    expect(stdout).toContain(
      'coord-d1: is repeated: it read one of these agents; its file is kept as attempts/coord-d1.0.md',
    );
    expect(run.output('attempts/a1.0.md')).toBe(REPORT);
    expect(bench.call('next', run.id).stdout).toMatch(/^dispatch[\s\S]*- a1:/);
    // Once more, before anything has run: the first copy stays.
    write(run, 'workers/a1.md');
    bench.call('retry', run.id, 'a1', '--force');
    expect(readdirSync(join(run.dir, 'attempts')).sort()).toEqual(['a1.0-2.md', 'a1.0.md', 'coord-d1.0.md']);
    write(run, 'workers/a1.md', 'synthesis/d1.md');
    bench.call('report', run.id);
    expect(bench.call('next', run.id).stdout).toMatch(/^done/);
  });

  it('a gap that a human marked stays one, even if a file appears, until it is retried', () => {
    const bench = new Bench(sao.path);
    const run = bench.plan(DOMAINS);
    expect(bench.call('gap', run.id, 'a1', '--reason', 'the service is down').code).toBe(0);
    write(run, 'workers/a1.md', 'workers/a2.md');
    expect(bench.call('status', run.id).stdout).toContain('gaps: a1 (the service is down)');
    expect(bench.call('next', run.id).stdout).toMatch(/^coordinate/);
    expect(bench.call('retry', run.id, 'a1').stdout).toContain('counts as done again');
    expect(json(bench, 'status', run.id).data.counts).toMatchObject({ done: 2, gap: 0 });
  });
});

describe('list and doctor', () => {
  it('list every run, newest first, past a damaged one', () => {
    const bench = new Bench(sao.path);
    const done = finished(bench);
    const active = bench.plan(DOMAINS);
    bench.call('init', '--task', 'Only begun');
    const damaged = join(bench.home, 'runs', '20200101-000000-00000000');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'run.json'), '{');
    const { data, diagnostics } = json(bench, 'list');
    const states = Object.fromEntries(
      data.runs.map(({ id, state }: { id: string; state: string }) => [id, state]),
    );
    expect(states).toMatchObject({ [done.id]: 'done', [active.id]: 'active' });
    expect(data.runs.map(({ id }: { id: string }) => id)).toEqual(Object.keys(states).sort().reverse());
    expect(data.runs).toContainEqual(
      expect.objectContaining({ task: 'Only begun', state: 'planning', done: 0, total: 0 }),
    );
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'run-document-damaged' }]);
  });

  it('doctor looks at everything, and fails on what is required', () => {
    const bench = new Bench(sao.path);
    const { ok, data } = json(bench, 'doctor');
    expect(data.checks.map(({ check }: { check: string }) => check)).toEqual([
      'node',
      'git',
      'claude',
      'hooks',
      'runs',
      'limits',
      'config',
      'sandbox',
      'bundle',
    ]);
    expect(ok).toBe(true);
    const poor = new Bench(sao.path, { PATH: '/nothing', CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS: 'x' });
    const { code, stdout } = poor.call('doctor');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^fail {2}git/m);
    expect(stdout).toMatch(/^warn {2}claude/m);
    expect(stdout).toMatch(/^fail {2}limits[\s\S]*Fix: unset/m);
  });
});

describe('clean', () => {
  it('removes old finished runs and nothing else', () => {
    const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'session-1' });
    const runs = join(bench.home, 'runs');
    const [old, young, open, moved, working] = [
      finished(bench),
      finished(bench),
      bench.plan(DOMAINS),
      finished(bench),
      bench.plan(DOMAINS),
    ];
    for (const run of [old, open, moved]) age(run, 10);
    bench.call('prompt', working.id, 'a1', '--start');
    writeFileSync(join(moved.dir, 'run.json'), readFileSync(join(old.dir, 'run.json')));
    const target = join(bench.home, 'elsewhere');
    mkdirSync(target);
    writeFileSync(join(target, 'precious'), 'x');
    symlinkSync(target, join(runs, '20200101-000000-00000001'));
    symlinkSync(target, join(old.dir, 'workers', 'link'));
    mkdirSync(join(runs, '20200101-000000-00000002'));
    mkdirSync(join(runs, 'notes'));
    mkdirSync(join(runs, '.removed-20200101-000000-00000003'));
    for (const name of [HALF_MADE, BEING_MADE]) mkdirSync(join(runs, name, 'workers'), { recursive: true });
    utimesSync(join(runs, HALF_MADE), 1_600_000_000, 1_600_000_000);
    writeFileSync(join(runs, '20200101-000000-00000004'), 'a file');

    expect(json(bench, 'clean', '--older-than', '7d', '--dry-run').data.removed).toEqual([
      HALF_MADE,
      '.removed-20200101-000000-00000003',
      old.id,
    ]);
    // A dry run without an age lists finished runs of any age.
    expect(json(bench, 'clean', '--dry-run').data.removed).toEqual(
      [HALF_MADE, '.removed-20200101-000000-00000003', old.id, young.id].sort(),
    );
    expect(bench.call('clean').stderr).toContain('sao clean --dry-run');
    expect(existsSync(old.dir)).toBe(true);
    // A session may only look: the user removes.
    bench.env.CLAUDE_CODE_SESSION_ID = undefined;
    const { data } = json(bench, 'clean', '--older-than', '7d');
    expect(data.removed).toEqual([HALF_MADE, '.removed-20200101-000000-00000003', old.id]);
    const reasons = Object.fromEntries(
      data.kept.map(({ name, reason }: { name: string; reason: string }) => [name, reason]),
    );
    expect(reasons).toEqual({
      [young.id]: expect.stringContaining('last activity'),
      [open.id]: expect.stringContaining('--abandoned'),
      [moved.id]: expect.stringContaining('not a run'),
      [working.id]: expect.stringContaining('still running'),
      '20200101-000000-00000001': expect.stringContaining('a link'),
      '20200101-000000-00000002': expect.stringContaining('not a run'),
      '20200101-000000-00000004': expect.stringContaining('not a directory'),
      notes: expect.stringContaining('not a run'),
      [BEING_MADE]: expect.stringContaining('being created'),
    });
    expect(existsSync(old.dir)).toBe(false);
    expect(readFileSync(join(target, 'precious'), 'utf8')).toBe('x');
    expect(readFileSync(join(runs, '.sessions', 'session-1'), 'utf8')).not.toContain(old.id);
    expect(json(bench, 'clean', '--older-than', '7d', '--abandoned').data.removed).toEqual([open.id]);
  });

  it('keeps a run that another process is deciding on', () => {
    const bench = new Bench(sao.path);
    const run = finished(bench);
    age(run, 10);
    const lock = acquireLock(join(run.dir, 'run.lock'));
    const { data } = json(bench, 'clean', '--older-than', '7d');
    lock.release();
    expect(data).toMatchObject({ removed: [], kept: [{ reason: 'another process is working on it' }] });
  });

  it.skipIf(!isRoot)("keeps another user's directory (only root can make one here)", () => {
    const bench = new Bench(sao.path);
    const run = finished(bench);
    age(run, 10);
    chownSync(run.dir, 65_534, 65_534);
    expect(json(bench, 'clean', '--older-than', '7d').data).toMatchObject({
      removed: [],
      kept: [{ name: run.id, reason: 'belongs to another user' }],
    });
  });
});
