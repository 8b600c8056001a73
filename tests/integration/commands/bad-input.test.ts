import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callInProcess } from '../../harness/in-process.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';
import { isFullScale } from '../../harness/scale.ts';

const sao = findBuild();

/** Everything below a folder, with size and content: what must not have changed. */
function photograph(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const path = join(folder, name);
      return statSync(path).isFile() ? `${name} ${readFileSync(path, 'utf8')}` : name;
    })
    .sort();
}

const IDS = [
  '../x',
  'a/b',
  '/etc/passwd',
  'a\\b',
  '..',
  '.',
  'a..b',
  'A1',
  'а1',
  'ａ1',
  'a1\u200b',
  'a\u001b[31m',
  'a\nb',
  'a'.repeat(300),
  'a1 ',
  '$(id)',
  'a.lock',
  'a9',
];
const PLANS: [string, string][] = [
  ['not JSON', '{"version": 1,'],
  ['a fence', '{```json'],
  ['an unknown key', '{"version":1,"domains":[{"id":"d","workers":[{"task":"x","colour":"red"}]}]}'],
  ['a worker id that leaves', '{"version":1,"domains":[{"id":"d","workers":[{"id":"../../x","task":"x"}]}]}'],
  [
    'a domain id of 300 characters',
    `{"version":1,"domains":[{"id":"${'a'.repeat(300)}","workers":[{"task":"x"}]}]}`,
  ],
  ['a look-alike', '{"version":1,"domains":[{"id":"sеc","workers":[{"task":"x"}]}]}'],
  ['a control character', '{"version":1,"domains":[{"id":"d","workers":[{"task":"a\\u001b[2J"}]}]}'],
  ['a circle', '{"version":1,"domains":[{"id":"d","workers":[{"id":"x","task":"x","after":["x"]}]}]}'],
  ['a pipe', '{"version":1,"domains":[{"id":"d","workers":[{"task":"x","run":"a | b"}]}]}'],
  [
    'a glob that matches nothing',
    '{"version":1,"domains":[{"id":"d","workers":[{"task":"{item}","each":"nothing/*"}]}]}',
  ],
  ['a version of tomorrow', '{"version":2,"domains":[]}'],
];

let asked = 0;

/** A start of a process costs: by default, every eighth call starts `sao`, and the others run in this process. */
async function expectRefusal(bench: Bench, args: readonly string[]) {
  const before = photograph(bench.home);
  asked += 1;
  const call = async (...words: string[]) =>
    isFullScale || asked % 8 === 1 ? bench.call(...words) : await callInProcess(bench, ...words);
  const { code, stdout, stderr } = await call(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Error: .+/);
  expect(stderr).toMatch(/^Fix: .+/m);
  expect(stderr).toMatch(/^[\n -~—–…→“”’äöüа-яＡ-ｚ]*$/);
  expect(photograph(bench.home)).toEqual(before);
  const json = await call(...args, '--json');
  expect(json.code).toBe(2);
  const document = JSON.parse(json.stdout);
  expect(document.ok).toBe(false);
  for (const diagnostic of document.diagnostics) {
    expect(diagnostic).toMatchObject({ severity: 'error', code: expect.stringMatching(/^[a-z-]+$/) });
    expect(diagnostic.fix).toBeTruthy();
  }
  expect(photograph(bench.home)).toEqual(before);
}

function confirmedRun(): { bench: Bench; run: Run } {
  const bench = new Bench(sao.path);
  return { bench, run: bench.plan(domainsOf([3])) };
}

describe('a fault of ours', () => {
  it('is one document like any other answer, with exit code 3', () => {
    const { bench, run } = confirmedRun();
    writeFileSync(join(run.dir, 'plan.json'), '{"version":1,"agents":[null],"waves":[]}');
    const { code, stdout } = bench.call('status', run.id, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      diagnostics: [
        {
          severity: 'error',
          code: 'internal',
          message: expect.stringMatching(/^an internal fault: /),
          fix: expect.stringContaining('report it'),
        },
      ],
    });
    const text = bench.call('status', run.id);
    expect(text).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^Error: an internal fault/),
    });
  });
});

describe('what is given wrong is refused with a fix, and nothing is written', () => {
  it('ids', async () => {
    const { bench, run } = confirmedRun();
    for (const [index, id] of IDS.entries()) {
      const calls = [
        ['verify', run.id, id],
        ['retry', run.id, id],
        ['gap', run.id, id, '--reason', 'x'],
        ['prompt', run.id, id, '--start'],
      ];
      for (const args of isFullScale ? calls : [calls[index % calls.length] ?? []])
        await expectRefusal(bench, args);
    }
    await expectRefusal(bench, ['verify', run.id, '-rf']);
  });

  it('every command reports an unknown agent with the same code', () => {
    const { bench, run } = confirmedRun();
    for (const [command = '', ...more] of [
      ['verify'],
      ['retry'],
      ['gap', '--reason', 'x'],
      ['prompt'],
      ['prompt', '--start'],
    ]) {
      const { diagnostics } = JSON.parse(bench.call(command, run.id, 'a9', ...more, '--json').stdout);
      expect(diagnostics).toMatchObject([{ code: 'agent-unknown', target: 'a9' }]);
    }
  });

  it('runs', async () => {
    const { bench, run } = confirmedRun();
    const plan = '{"version":1,"domains":[{"id":"d","workers":[{"task":"x"}]}]}';
    const wrong = [
      '20260102-030405-0a1b2c3d',
      '../runs',
      '/etc',
      './nothing',
      'zz',
      '',
      'a\u001b[2J',
      run.id.toUpperCase().replace(/\d/, 'A'),
      `${run.id}/..`,
    ];
    for (const [index, given] of wrong.entries()) {
      const calls = [
        ['status', given],
        ['verify', given],
        ['next', given],
        ['retry', given, 'a1'],
        ['plan', given, plan],
      ];
      for (const args of isFullScale ? calls : [calls[index % calls.length] ?? []])
        await expectRefusal(bench, args);
    }
  });

  it('plans', async () => {
    const bench = new Bench(sao.path);
    const { run } = JSON.parse(bench.call('init', '--json').stdout).data as { run: string };
    for (const [, plan] of PLANS) await expectRefusal(bench, ['plan', run, plan]);
    writeFileSync(join(bench.project, 'plan.json'), PLANS[0]?.[1] ?? '');
    await expectRefusal(bench, ['plan', run, 'plan.json']);
    await expectRefusal(bench, ['plan', run, 'missing.json']);
    // A pipe is not waited for, and text in another encoding is not changed.
    execFileSync('mkfifo', [join(bench.project, 'pipe.json')]);
    await expectRefusal(bench, ['plan', run, 'pipe.json']);
    writeFileSync(
      join(bench.project, 'latin.json'),
      Buffer.from('{"version":1,"task":"caf\xe9","domains":[]}', 'latin1'),
    );
    await expectRefusal(bench, ['plan', run, 'latin.json']);
    const piped = spawnSync(process.execPath, [sao.path, 'plan', run, '-'], {
      cwd: bench.project,
      env: bench.env,
      input: Buffer.from('{"task":"caf\xe9"}', 'latin1'),
      encoding: 'utf8',
    });
    expect([piped.status, piped.stderr.split('\n')[0]]).toEqual([
      2,
      'Error: the plan in standard input is not text in UTF-8: byte 12 (line 1) is 0xE9',
    ]);
    await expectRefusal(bench, ['plan', 'plan.json']);
  });

  it('but no plan in UTF-16 on standard input', () => {
    const bench = new Bench(sao.path);
    const plan = { version: 1, domains: [{ id: 'd', workers: [{ task: 'Look at café' }] }] };
    const ended = spawnSync(process.execPath, [sao.path, 'plan', '--new', '-', '--json'], {
      cwd: bench.project,
      env: bench.env,
      input: Buffer.from(`\ufeff${JSON.stringify(plan)}`, 'utf16le'),
      encoding: 'utf8',
    });
    expect([ended.status, JSON.parse(ended.stdout).data.domains[0].tasks]).toEqual([0, ['Look at café']]);
  });

  it('paths', async () => {
    const { bench, run } = confirmedRun();
    writeFileSync(join(bench.project, 'file'), 'x');
    const long = 'a/'.repeat(3000);
    for (const args of [
      ['plan', run.id, '.'],
      ['plan', run.id, 'file/plan.json'],
      ['plan', run.id, long],
      ['plan', run.id, 'a'.repeat(300)],
      ['audit', 'nothing'],
      ['audit', 'file/x'],
      ['audit', long],
      ['check', 'secrets', 'nothing'],
      ['verify', './nothing'],
      ['verify', './file/x'],
      ['verify', `./${long}`],
      ['init', '--project', 'file/x'],
      ['init', '--project', long],
    ])
      await expectRefusal(bench, args);
  });

  it('options and values', async () => {
    const { bench, run } = confirmedRun();
    for (const args of [
      ['verify', run.id, '--wave', '0'],
      ['verify', run.id, '--wave', 'x'],
      ['verify', run.id, '--wave', '99'],
      ['verify', run.id, '--wave', '1', 'a1'],
      ['verify', run.id, '--timeout', '5x'],
      ['verify', run.id, '--colour'],
      ['clean'],
      ['clean', '--older-than', '7'],
      ['clean', '--older-than', '-7d'],
      ['gap', run.id, 'a1'],
      ['gap', run.id, 'a1', '--reason', ''],
      ['gap', run.id, 'a1', '--reason', 'a\nb'],
      ['retry', run.id],
      ['init', '--task', 'a\u001b[2J'],
      ['init', '--task', 'a\nb'],
      ['audit', ''],
      ['init', '--project', 'nothing'],
      ['statsu'],
      ['help', 'statsu'],
    ])
      await expectRefusal(bench, args);
  });

  it('a command that is not there, also where help about it is asked', () => {
    const bench = new Bench(sao.path);
    for (const args of [['nope'], ['help', 'nope']]) {
      const { diagnostics } = JSON.parse(bench.call(...args, '--json').stdout);
      expect(diagnostics).toMatchObject([
        { code: 'usage', message: "unknown command 'nope'", fix: 'sao --help' },
      ]);
    }
    expect(JSON.parse(bench.call('--json').stdout).diagnostics[0].message).toBe('no command given');
  });
});
