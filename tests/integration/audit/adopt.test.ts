import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/run/report/report.ts';
import { callInProcess } from '../../harness/in-process.ts';
import { Bench, findBuild } from '../../harness/sao.ts';

const EVAL = 'exports.run = (text) => eval(text);\n';
const SQL = 'exports.find = (db, id) => db.query("SELECT * FROM t WHERE id = " + id);\n';

function makeBench(files: Record<string, string>, settings?: object): Bench {
  const bench = new Bench(findBuild().path);
  const config =
    settings === undefined ? {} : { '.orchestration/config.json': JSON.stringify({ audit: settings }) };
  write(bench, { ...files, ...config });
  git(bench, 'init', '-q', '-b', 'main');
  commit(bench);
  return bench;
}

function write(bench: Bench, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(bench.project, path)), { recursive: true });
    writeFileSync(join(bench.project, path), text);
  }
}

function git(bench: Bench, ...args: string[]): void {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  execFileSync('git', [...who, ...args], { cwd: bench.project, env: bench.env, stdio: 'pipe' });
}

function commit(bench: Bench): void {
  git(bench, 'add', '-A');
  git(bench, 'commit', '-q', '-m', 'work');
}

async function audit(bench: Bench, ...args: string[]) {
  const ended = await callInProcess(bench, 'audit', '.', '--only', 'dangerous-calls', '--json', ...args);
  const { data, diagnostics } = JSON.parse(ended.stdout) as {
    data: Report & { written: string[] };
    diagnostics: { code: string; fix: string }[];
  };
  const places = data?.findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`);
  return {
    code: ended.code,
    data,
    places,
    errors: diagnostics.map(({ code }) => code),
    fixes: diagnostics.map(({ fix }) => fix),
  };
}

describe('a baseline', () => {
  it('lets only new findings fail, also after the code has moved', async () => {
    const bench = makeBench({ 'src/a.js': EVAL });
    const written = await audit(bench, '--write-baseline', '--fail-on', 'major');
    expect(written).toMatchObject({ code: 0, data: { written: ['.orchestration/audit-baseline.json'] } });
    const args = ['--baseline', '.orchestration/audit-baseline.json', '--fail-on', 'major'];
    write(bench, { 'src/a.js': `// moved\n\n${EVAL}` });
    expect(await audit(bench, ...args)).toMatchObject({
      code: 0,
      places: [],
      data: { known: [{ line: 3 }] },
    });
    write(bench, { 'src/b.js': SQL });
    expect(await audit(bench, ...args)).toMatchObject({ code: 1, places: ['sql-injection src/b.js:1'] });
  });

  it('may be a commit of the repository', async () => {
    const bench = makeBench({ 'src/a.js': EVAL });
    write(bench, { 'src/b.js': SQL });
    const found = await audit(bench, '--baseline-commit', 'HEAD', '--fail-on', 'major');
    expect(found).toMatchObject({
      code: 1,
      places: ['sql-injection src/b.js:1'],
      data: { known: [{ path: 'src/a.js' }] },
    });
    commit(bench);
    expect(await audit(bench, '--baseline-commit', 'HEAD', '--fail-on', 'major')).toMatchObject({ code: 0 });
    const { runs } = JSON.parse((await callInProcess(bench, 'list', '--json')).stdout).data;
    expect(runs).toHaveLength(2);
    expect(
      execFileSync('git', ['worktree', 'list'], { cwd: bench.project, encoding: 'utf8' }).trim().split('\n'),
    ).toHaveLength(1);
  });

  it.each([
    [['--baseline', 'none.json'], 'audit-baseline-missing'],
    [['--baseline', 'newer.json'], 'audit-baseline-version'],
    [['--baseline', 'src/a.js'], 'audit-baseline-wrong'],
    [['--baseline-commit', 'no-such-branch'], 'audit-base-unknown'],
    [['--baseline-commit', '--all'], 'audit-base-unknown'],
    [['--changed', 'no-such-branch'], 'audit-base-unknown'],
    [['--changed', '--changed-lines'], 'usage'],
    [['--baseline', 'newer.json', '--baseline-commit', 'HEAD'], 'usage'],
    [['--output', 'report.xyz'], 'audit-output-format'],
    [['--skip', 'nonsense'], 'audit-skip-unknown'],
    [['--skip', 'dangerous-calls'], 'audit-nothing-selected'],
    [['--tools', 'nonsense'], 'audit-tools-unknown'],
  ])('and other wrong input: %j is refused as %s', async (args, code) => {
    const bench = makeBench({ 'src/a.js': EVAL, 'newer.json': '{"version": 9, "findings": []}' });
    const refused = await audit(bench, ...args);
    expect(refused).toMatchObject({ code: 2, errors: [code] });
    expect(refused.fixes[0]).not.toBe('');
  });
});

describe('--changed', () => {
  it('reports files or lines that differ from a revision, and new files', async () => {
    const bench = makeBench({ 'src/a.js': EVAL, 'src/b.js': `${EVAL}\n` });
    write(bench, { 'src/b.js': `${EVAL}\n${SQL}`, 'src/new.js': EVAL });
    expect((await audit(bench, '--changed')).places.sort()).toEqual([
      'eval-call src/b.js:1',
      'eval-call src/new.js:1',
      'sql-injection src/b.js:3',
    ]);
    expect((await audit(bench, '--changed-lines')).places.sort()).toEqual([
      'eval-call src/new.js:1',
      'sql-injection src/b.js:3',
    ]);
    git(bench, 'checkout', '-q', '-b', 'topic');
    commit(bench);
    expect((await audit(bench, '--changed')).places).toEqual([]);
    const found = await audit(bench, '--changed', 'main');
    expect(found.places).toHaveLength(3);
    expect(found.data.notes.join()).toContain('outside of the files changed since main');
  });
});

describe('a file as argument', () => {
  it('is the only one whose findings are reported', async () => {
    const bench = makeBench({ 'src/a.js': EVAL, 'src/b.js': SQL });
    const ended = await callInProcess(bench, 'audit', 'src/b.js', '--only', 'dangerous-calls', '--json');
    const report = JSON.parse(ended.stdout).data as Report;
    expect(report.findings.map(({ path }) => path)).toEqual(['b.js']);
  });

  it.each([
    ['no/such/file.js', 'audit-path-missing'],
    ['', 'audit-path-empty'],
  ])('%j is refused', async (path, code) => {
    const ended = await callInProcess(makeBench({ 'a.js': EVAL }), 'audit', path, '--json');
    expect([ended.code, JSON.parse(ended.stdout).diagnostics[0].code]).toEqual([2, code]);
  });
});

describe('the output', () => {
  it('goes to a file of the format that its name says, and nowhere else', async () => {
    const bench = makeBench({ 'src/a.js': EVAL });
    const args = ['audit', '.', '--only', 'dangerous-calls', '--quiet', '--output'];
    const ended = await callInProcess(bench, ...args, 'out/audit.sarif');
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(join(bench.project, 'out/audit.sarif'), 'utf8')).version).toBe('2.1.0');
    await callInProcess(bench, ...args, 'out/audit', '--format', 'html');
    expect(readFileSync(join(bench.project, 'out/audit'), 'utf8')).toContain('<!doctype html>');
    write(bench, { blocker: '' });
    const refused = await callInProcess(bench, ...args, 'blocker/audit.md');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('blocker');
  });
});

describe('the configuration of a project', () => {
  it('switches rules off, excludes paths, and fails a call', async () => {
    const bench = makeBench(
      { 'src/a.js': EVAL, 'src/b.js': SQL, 'old/c.js': SQL },
      {
        rules: { 'eval-call': 'off', 'sql-injection': 'critical' },
        exclude: ['old/**'],
        failOn: 'critical',
        tools: 'none',
      },
    );
    const found = await audit(bench);
    expect(found).toMatchObject({ code: 1, places: ['sql-injection src/b.js:1'] });
    expect(found.data.notes).toEqual(
      expect.arrayContaining([
        'Left out: 1 finding of rules that the configuration switches off.',
        'Left out: 1 finding in paths that the configuration excludes.',
      ]),
    );
    const inFolder = await callInProcess(bench, 'audit', 'old', '--only', 'dangerous-calls', '--json');
    expect(JSON.parse(inFolder.stdout).data.findings).toEqual([]);
  });

  it('names the baseline', async () => {
    const bench = makeBench({ 'src/a.js': EVAL }, { baseline: 'known.json', failOn: 'major' });
    expect(await audit(bench)).toMatchObject({ code: 2, errors: ['audit-baseline-missing'] });
    expect(await audit(bench, '--write-baseline')).toMatchObject({
      code: 0,
      data: { written: ['known.json'] },
    });
    expect(await audit(bench)).toMatchObject({ code: 0, places: [] });
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"audit": {"rules": {"x": "loud"}}}', 'audit.rules.x'],
    ['{"audit": {"exclude": ["../**"]}}', 'audit.exclude'],
    ['{"audit": {"colour": 1}}', 'audit'],
  ])('is refused if it is %s', async (text, why) => {
    const bench = makeBench({ 'src/a.js': EVAL, '.orchestration/config.json': text });
    const ended = await callInProcess(bench, 'audit', '.', '--json');
    expect(ended.code).toBe(2);
    const [error] = JSON.parse(ended.stdout).diagnostics;
    expect(error.code).toBe('project-config-wrong');
    expect(error.message).toContain(why);
    expect(existsSync(join(bench.home, 'runs'))).toBe(false);
  });
});

describe('a repository of another user', () => {
  it('is an error of git with its fix, and no clean result', async () => {
    if (process.getuid?.() !== 0) {
      console.warn(
        'SKIPPED: only root can give a repository to another user, so an audit of one was not tested',
      );
      return;
    }
    const bench = makeBench({ 'src/a.js': EVAL });
    for (const path of [bench.project, join(bench.project, '.git')]) chownSync(path, 65_534, 65_534);
    const found = await audit(bench, '--fail-on', 'major');
    expect(found.code).toBe(3);
    expect(found.errors).toEqual(['audit-git-refused']);
    expect(found.fixes[0]).toContain('safe.directory');
  });
});

describe('a rule of the configuration that does not exist', () => {
  it('is wrong input, and names the one that is meant', async () => {
    const bench = makeBench({ 'src/a.js': EVAL }, { rules: { 'eval-calls': 'off' } });
    expect(await audit(bench)).toMatchObject({
      code: 2,
      errors: ['audit-rule-unknown'],
      fixes: ['write eval-call'],
    });
  });
});
