import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LightCall, readCheckCall, readLightCall } from '../../../src/cli/light-call.ts';
import { Bench, findBuild } from '../../harness/sao.ts';

const sao = findBuild();

const PLAN = {
  version: 1,
  domains: [{ id: 'code', workers: [{ task: 'Read one part' }, { task: 'Read the other part' }] }],
};

const COMMANDS = [{ id: 'code', workers: [{ run: 'true', task: 'Nothing' }] }];

/** The same question through the light path and, by an option that says nothing new, through the command. */
function bothWays(bench: Bench, command: 'next' | 'verify' | 'check', ...words: string[]) {
  const root = bench.env.SAO_RUNS_DIR ?? '';
  const light = bench.call(command, ...words);
  return { light, full: bench.call(command, ...words, '--runs-dir', root) };
}

/** The exit code and the words of the light path alone, which has no command to leave a call to. */
function lightly(env: NodeJS.ProcessEnv, call: LightCall) {
  const script = `process.exitCode = require('./lib/light.cjs').answerLightly(JSON.parse(process.argv[1])) ?? 9`;
  const cwd = dirname(sao.path);
  return spawnSync(process.execPath, ['-e', script, JSON.stringify(call)], { cwd, env, encoding: 'utf8' });
}

function planned(env: NodeJS.ProcessEnv = {}): { bench: Bench; run: string; agents: string[] } {
  const bench = new Bench(sao.path, env);
  const { data } = JSON.parse(bench.callWarm('plan', JSON.stringify(PLAN), '--new', '--json').stdout) as {
    data: { run: string; plan: { agents: { id: string }[] } };
  };
  return { bench, run: data.run, agents: data.plan.agents.map(({ id }) => id) };
}

describe('the plain call', () => {
  it.each([
    [['next'], { command: 'next', run: undefined, ids: [], isJson: false }],
    [['next', '--json'], { command: 'next', run: undefined, ids: [], isJson: true }],
    [['next', '2026'], { command: 'next', run: '2026', ids: [], isJson: false }],
    [['next', '--json', '2026'], { command: 'next', run: '2026', ids: [], isJson: true }],
    [['verify'], { command: 'verify', run: undefined, ids: [], isJson: false }],
    [
      ['verify', '2026', 'a1', '--json', 'b2'],
      { command: 'verify', run: '2026', ids: ['a1', 'b2'], isJson: true },
    ],
  ])('is read from %j', (argv, call) => expect(readLightCall(argv)).toEqual(call));

  it.each([
    [[]],
    [['status']],
    [['--json', 'next']],
    [['next', '--help']],
    [['next', '2026', '--confirm']],
    [['next', '2026', '2027']],
    [['next', '--json', '--json']],
    [['next', '--']],
    [['verify', '2026', '--wait']],
    [['verify', '2026', 'a1', '-h']],
  ])('is not read from %j', (argv) => expect(readLightCall(argv)).toBeUndefined());
});

describe('sao next', () => {
  it('says the same by either way, and records the same', () => {
    const { bench, run } = planned();
    for (const words of [[], [run], [run, '--json'], [run.slice(0, -3)]]) {
      const { light, full } = bothWays(bench, 'next', ...words);
      expect(light).toEqual(full);
      expect(light.code).toBe(0);
    }
    expect(bench.call('next', run).stdout).toContain('confirm');
  });

  it('needs no command for an ordinary answer, nor for one that hashes what is to be approved', () => {
    const { bench, run } = planned();
    const { data } = JSON.parse(
      bench.callWarm('plan', JSON.stringify({ ...PLAN, domains: COMMANDS }), '--new', '--json').stdout,
    ) as { data: { run: string } };
    bench.callWarm('next', data.run, '--confirm');
    const answers = [run, data.run].map((id) =>
      lightly(bench.env, { command: 'next', run: id, ids: [], isJson: false }),
    );
    expect(answers.map(({ status }) => status)).toEqual([0, 0]);
    expect(answers[1]?.stdout).toContain(`sao run ${data.run} --commands`);
  });

  it('says what is wrong in the words of the command', () => {
    const { bench } = planned();
    for (const words of [['2020'], ['/nowhere/at/all'], ['', '--json']]) {
      const { light, full } = bothWays(bench, 'next', ...words);
      expect(light).toEqual(full);
      expect(light.code).toBe(2);
    }
  });

  it('reads the configuration of a project, good or bad', () => {
    const { bench, run } = planned({ CLAUDE_CODE_SESSION_ID: 'session-1' });
    bench.configure({ confirmPlans: 'unattended' });
    bench.callWarm('next', run, '--confirm');
    const file = join(bench.project, '.orchestration', 'config.json');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '{"driver": "agent"}');
    const { light, full } = bothWays(bench, 'next', run);
    expect(light.stdout).toContain('dispatch');
    expect(light).toEqual(full);
    writeFileSync(file, '{"driver": "none"}');
    const bad = bothWays(bench, 'next', run);
    expect(bad.light).toEqual(bad.full);
    expect(bad.light).toMatchObject({ code: 2, stderr: expect.stringContaining('driver') });
  });

  it('writes the script of a workflow, and the report of a run that is over', () => {
    const { bench, run, agents } = planned({ CLAUDE_CODE_SESSION_ID: 'session-1' });
    bench.configure({ confirmPlans: 'unattended' });
    bench.callWarm('next', run, '--confirm');
    expect(bench.call('next', run).stdout).toContain('scriptPath: ');
    for (const id of agents) bench.callWarm('gap', run, id, '--reason', 'not needed');
    const over = bench.call('next', run);
    expect(over).toMatchObject({ code: 0, stdout: expect.stringContaining('done') });
    expect(bench.call('next', run).stdout).toBe(over.stdout);
  });

  it('is not disturbed by a reader that has gone', () => {
    const { bench, run } = planned();
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"$0" "$1" next ${run} | true`, process.execPath, sao.path],
      {
        cwd: bench.project,
        env: bench.env,
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('sao verify', () => {
  const DONE = '# Found\n\nText.\n\n## Findings\n- [major] A thing — src/a.ts:1 — detail\n\n<!-- DONE -->\n';
  const folderOf = (bench: Bench, ...names: string[]) => {
    const folder = join(bench.project, 'outputs');
    mkdirSync(join(folder, 'workers'), { recursive: true });
    for (const name of names) writeFileSync(join(folder, 'workers', `${name}.md`), DONE);
    return folder;
  };

  it('says the same by either way, of a run and of any folder', () => {
    const { bench, run, agents } = planned();
    const folder = folderOf(bench, 'A1', 'A2');
    writeFileSync(join(folder, 'workers', 'A3.md'), '# Not yet');
    const [first = ''] = agents;
    for (const words of [[], [run], [run, first], [folder], [folder, 'A1'], [folder, 'A9']]) {
      for (const options of [[], ['--json']]) {
        const { light, full } = bothWays(bench, 'verify', ...words, ...options);
        expect(light).toEqual(full);
        expect(light.code).toBe(words.includes('A1') ? 0 : 1);
        expect(light.stdout).not.toBe('');
      }
    }
  });

  it('needs no command, and reads the same words and findings', () => {
    const { bench, run } = planned();
    const folder = folderOf(bench, 'A1');
    const ask = (of: string) => lightly(bench.env, { command: 'verify', run: of, ids: [], isJson: true });
    expect(ask(run).status).toBe(1);
    const done = ask(folder);
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      ok: true,
      data: { complete: true, agents: [{ id: 'A1', status: 'done', findings: { major: 1 } }] },
    });
  });

  it('says what is wrong in the words of the command', () => {
    const { bench, run } = planned();
    const empty = folderOf(bench);
    for (const words of [['2020'], ['/nowhere/at/all', '--json'], [run, '../x'], [run, 'absent'], [empty]]) {
      const { light, full } = bothWays(bench, 'verify', ...words);
      expect(light).toEqual(full);
      expect(light.code).toBe(words[0] === empty ? 1 : 2);
      expect(light.stderr + light.stdout).toMatch(/Error|Warning|"severity"/);
    }
  });
});

describe('the plain call of a check', () => {
  it.each([
    [['check', 'large-files'], { id: 'large-files', path: '.', isJson: false }],
    [['check', 'large-files', '--json'], { id: 'large-files', path: '.', isJson: true }],
    [['check', '--json', 'large-files', '../other'], { id: 'large-files', path: '../other', isJson: true }],
  ])('is read from %j', (argv, call) => expect(readCheckCall(argv)).toEqual(call));

  it.each([
    [[]],
    [['next']],
    [['check']],
    [['check', '--help']],
    [['--json', 'check', 'large-files']],
    [['check', 'large-files', '.', '.']],
    [['check', 'large-files', '--runs-dir', 'runs']],
    [['check', 'large-files', '--json', '--json']],
  ])('is not read from %j', (argv) => expect(readCheckCall(argv)).toBeUndefined());
});

describe('sao check', () => {
  it('says the same by either way, of a repository, of a plain folder and of one whose git fails', () => {
    const bench = new Bench(sao.path);
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(bench.project, path)), { recursive: true });
      writeFileSync(join(bench.project, path), text);
    };
    write('plain/run.js', 'export const run = (text) => eval(text);\n');
    write('known/run.js', 'export const run = (text) => eval(text);\n');
    write('broken/run.js', 'export const run = (text) => eval(text);\n');
    for (const folder of ['known', 'broken'])
      spawnSync('git', ['init', '--quiet', join(bench.project, folder)], { env: bench.env });
    write('broken/.git/config', '[core\n');
    for (const folder of ['plain', 'known'])
      for (const words of [[folder], [folder, '--json']]) {
        const { light, full } = bothWays(bench, 'check', 'dangerous-calls', ...words);
        expect(light).toEqual(full);
        expect(light).toMatchObject({ code: 0, stdout: expect.stringContaining('eval') });
      }
    const { light, full } = bothWays(bench, 'check', 'dangerous-calls', 'broken');
    expect(light).toEqual(full);
    expect(light).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('git cannot read the repository, so nothing was audited'),
    });
  });

  it('needs no command for an answer, and leaves what is wrong to the command', () => {
    const bench = new Bench(sao.path);
    const script = `require('./lib/check.cjs').answerCheck(JSON.parse(process.argv[1])).then((code) => { process.exitCode = code ?? 9; })`;
    const answer = (id: string, path: string) =>
      spawnSync(process.execPath, ['-e', script, JSON.stringify({ id, path, isJson: false })], {
        cwd: dirname(sao.path),
        env: bench.env,
        encoding: 'utf8',
      });
    expect(answer('large-files', bench.project)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('## Findings\nNone.'),
    });
    const missing = join(bench.project, 'missing');
    for (const [id, path] of [
      ['nothing', bench.project],
      ['large-files', missing],
    ] as [string, string][]) {
      expect(answer(id, path)).toMatchObject({ status: 9, stdout: '', stderr: '' });
      const { light, full } = bothWays(bench, 'check', id, path);
      expect(light).toEqual(full);
      expect(light).toMatchObject({ code: 2, stderr: expect.stringContaining('Fix: ') });
    }
  });
});
