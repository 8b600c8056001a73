import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNextCall } from '../../../src/cli/next-call.ts';
import { Bench, buildSao } from '../../harness/sao.ts';

let sao: ReturnType<typeof buildSao>;
beforeAll(() => {
  sao = buildSao();
});
afterAll(() => sao.remove());

const PLAN = {
  version: 1,
  domains: [{ id: 'code', workers: [{ task: 'Read one part' }, { task: 'Read the other part' }] }],
};

const COMMANDS = [{ id: 'code', workers: [{ run: 'true', task: 'Nothing' }] }];

/** The same question through the light path and, by an option that says nothing new, through the command. */
function bothWays(bench: Bench, ...words: string[]) {
  const root = bench.env.SAO_RUNS_DIR ?? '';
  const light = bench.call('next', ...words);
  return { light, full: bench.call('next', ...words, '--runs-dir', root) };
}

function planned(env: NodeJS.ProcessEnv = {}): { bench: Bench; run: string; agents: string[] } {
  const bench = new Bench(sao.path, env);
  const { data } = JSON.parse(bench.call('plan', JSON.stringify(PLAN), '--new', '--json').stdout) as {
    data: { run: string; plan: { agents: { id: string }[] } };
  };
  return { bench, run: data.run, agents: data.plan.agents.map(({ id }) => id) };
}

describe('the plain call', () => {
  it.each([
    [['next'], { run: undefined, isJson: false }],
    [['next', '--json'], { run: undefined, isJson: true }],
    [['next', '2026'], { run: '2026', isJson: false }],
    [['next', '--json', '2026'], { run: '2026', isJson: true }],
  ])('is read from %j', (argv, call) => expect(readNextCall(argv)).toEqual(call));

  it.each([
    [[]],
    [['status']],
    [['--json', 'next']],
    [['next', '--help']],
    [['next', '2026', '--confirm']],
    [['next', '2026', '2027']],
    [['next', '--json', '--json']],
    [['next', '--']],
  ])('is not read from %j', (argv) => expect(readNextCall(argv)).toBeUndefined());
});

describe('sao next', () => {
  it('says the same by either way, and records the same', () => {
    const { bench, run } = planned();
    for (const words of [[], [run], [run, '--json'], [run.slice(0, -3)]]) {
      const { light, full } = bothWays(bench, ...words);
      expect(light).toEqual(full);
      expect(light.code).toBe(0);
    }
    expect(bench.call('next', run).stdout).toContain('confirm');
  });

  it('needs no command for an ordinary answer, nor for one that hashes what is to be approved', () => {
    const { bench, run } = planned();
    const { data } = JSON.parse(
      bench.call('plan', JSON.stringify({ ...PLAN, domains: COMMANDS }), '--new', '--json').stdout,
    ) as { data: { run: string } };
    bench.call('next', data.run, '--confirm');
    const script = `process.exitCode = require('./lib/next.cjs').answerNext({ run: process.argv[1], isJson: false }) ? 0 : 1`;
    const answers = [run, data.run].map((id) => {
      const cwd = dirname(sao.path);
      return spawnSync(process.execPath, ['-e', script, id], { cwd, env: bench.env, encoding: 'utf8' });
    });
    expect(answers.map(({ status }) => status)).toEqual([0, 0]);
    expect(answers[1]?.stdout).toContain(`sao run ${data.run} --commands`);
  });

  it('says what is wrong in the words of the command', () => {
    const { bench } = planned();
    for (const words of [['2020'], ['/nowhere/at/all'], ['', '--json']]) {
      const { light, full } = bothWays(bench, ...words);
      expect(light).toEqual(full);
      expect(light.code).toBe(2);
    }
  });

  it('reads the configuration of a project, good or bad', () => {
    const { bench, run } = planned({ CLAUDE_CODE_SESSION_ID: 'session-1' });
    bench.call('next', run, '--confirm');
    const file = join(bench.project, '.orchestration', 'config.json');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '{"driver": "agent"}');
    const { light, full } = bothWays(bench, run);
    expect(light.stdout).toContain('dispatch');
    expect(light).toEqual(full);
    writeFileSync(file, '{"driver": "none"}');
    const bad = bothWays(bench, run);
    expect(bad.light).toEqual(bad.full);
    expect(bad.light).toMatchObject({ code: 2, stderr: expect.stringContaining('driver') });
  });

  it('writes the script of a workflow, and the report of a run that is over', () => {
    const { bench, run, agents } = planned({ CLAUDE_CODE_SESSION_ID: 'session-1' });
    bench.call('next', run, '--confirm');
    expect(bench.call('next', run).stdout).toContain('scriptPath: ');
    for (const id of agents) bench.call('gap', run, id, '--reason', 'not needed');
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
