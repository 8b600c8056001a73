import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, mostAtOnce } from '../../harness/sao.ts';

const built = findBuild();

describe('sao run --driver command', () => {
  it('carries 12 workers and their coordinators out, and is done then', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([4, 4, 4]));
    const { code, data, stderr } = run.carryOut(bench.fake());
    expect(stderr.split('\n').filter((line) => line.startsWith('started'))).toHaveLength(15);
    expect(stderr).toMatch(/^ended a1: done, \d+ words, 1 finding$/m);
    expect({ code, ...data.counts }).toEqual({ code: 0, agents: 15, done: 15, gaps: 0, open: 0 });
    expect(data.complete).toBe(true);
    const returned = run.ledger().flatMap((entry) => (entry.type === 'returned' ? [entry] : []));
    expect(returned).toHaveLength(15);
    expect(returned[0]).toMatchObject({
      verdict: 'done',
      line: expect.stringMatching(/^Done\. \w+ has looked\.$/),
    });
    expect(returned[0]?.findings).toEqual({ critical: 0, major: 0, minor: 1 });
    const again = run.carryOut(bench.fake());
    expect(again.code).toBe(0);
    expect(bench.traced('start')).toHaveLength(15);
  });

  it('lets no agent start another plan, also with an environment of its own', () => {
    const bench = new Bench(built.path);
    const plan = JSON.stringify({ version: 1, domains: domainsOf([2]) });
    const other = JSON.parse(bench.callWarm('plan', '--new', plan, '--json').stdout).data.run as string;
    const run = bench.plan(domainsOf([1]));
    const kept = ['PATH', 'HOME', 'SAO_RUNS_DIR', 'XDG_CONFIG_HOME'].map(
      (name) => `${name}='${bench.env[name]}'`,
    );
    const call = `'${process.execPath}' '${built.path}' next ${other} --confirm`;
    const attack = join(bench.home, 'attack');
    const body = `exec env -i ${kept.join(' ')} sh -c "${call} >'${bench.home}/told' 2>&1; true"`;
    writeFileSync(attack, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    run.carryOut(attack);
    expect(readFileSync(join(bench.home, 'told'), 'utf8')).toContain('an agent may not call `sao next`');
    expect(JSON.parse(bench.call('next', other, '--json').stdout).data.action).toBe('confirm');
  });

  it.each(['waves', 'rolling'])(
    'starts coordinators after what they read, never over capacity (%s)',
    (schedule) => {
      const bench = new Bench(built.path);
      const run = bench.plan(domainsOf([8, 8], { model: 'sonnet' }));
      expect(run.carryOut(bench.fake('*=wait:5'), '--schedule', schedule).code).toBe(0);
      const entries = run.ledger();
      expect(mostAtOnce(entries)).toBeLessThanOrEqual(8);
      const ended = new Set<string>();
      for (const entry of entries) {
        if (entry.type === 'returned') ended.add(entry.agent);
        if (entry.type !== 'dispatched' || !entry.agent.startsWith('coord-')) continue;
        const letter = entry.agent === 'coord-d1' ? 'a' : 'b';
        expect([...ended].filter((id) => id.startsWith(letter))).toHaveLength(8);
      }
    },
  );

  it('tries twice, then names the gap with its reason; the coordinator is told', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([4]));
    const rules = ['a1=exit', 'a2=no-sentinel', 'a3@1=empty', 'coord-d1=prompt'];
    const { code, data } = run.carryOut(bench.fake(...rules));
    expect(code).toBe(1);
    expect(data.counts).toEqual({ agents: 5, done: 3, gaps: 2, open: 0 });
    expect(data.gaps).toMatchObject([
      {
        id: 'a1',
        attempts: 2,
        reason: 'it exited with code 3: boom; there is no regular file at workers/a1.md',
      },
      { id: 'a2', attempts: 2, reason: expect.stringContaining('the last line of workers/a2.md is not') },
    ]);
    expect(
      bench
        .traced('start')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['a1', 'a1', 'a2', 'a2', 'a3', 'a3', 'a4', 'coord-d1'].sort());
    expect(readdirSync(join(run.dir, 'attempts')).sort()).toEqual(['a2.1.md', 'a3.1.md']);
    expect(bench.traced('prompt')[0]?.prompt).toContain('- a1 (Look at part 1): it exited with code 3');
  });

  it('tells a program that wrote nothing where to write, and pays no coordinator for a domain of gaps', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2, 1]));
    const { data } = run.carryOut(bench.fake('a1=nothing', 'a2=nothing'));
    expect(data.gaps).toMatchObject([
      {
        id: 'a1',
        attempts: 2,
        reason: expect.stringMatching(/no regular file at workers\/a1\.md; .*\$SAO_OUTPUT/),
      },
      { id: 'a2', attempts: 2 },
      { id: 'coord-d1', attempts: 0, reason: 'all that it was to read is a gap: a1, a2' },
    ]);
    expect(bench.traced('start').filter(({ id }) => id.startsWith('coord'))).toHaveLength(1);
    expect(bench.call('retry', run.id, 'a1').code).toBe(0);
    expect(run.carryOut(bench.fake()).data.gaps).toMatchObject([{ id: 'a2' }]);
    expect(bench.traced('start').filter(({ id }) => id === 'coord-d1')).toHaveLength(1);
  });

  it('tries a program that is not there once: it will not be there a second later', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(
      [
        {
          id: 'd1',
          workers: [
            { run: 'no-such-program --now', task: 'Look' },
            { run: 'node --version', task: 'Look' },
          ],
        },
      ],
      ['no-such-program --now', 'node --version'],
    );
    const { data } = run.carryOut(bench.fake());
    expect(data.gaps).toEqual([
      expect.objectContaining({
        id: 'a1',
        attempts: 1,
        reason: expect.stringContaining('no-such-program was not found'),
      }),
    ]);
  });

  it('counts a valid file regardless of how the program ended', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([3]));
    const { code } = run.carryOut(bench.fake('a1=write-then-crash', 'a2=good-but-limited', 'a3=long'));
    expect(code).toBe(0);
    expect(bench.traced('start')).toHaveLength(4);
    const long = run.ledger().find((entry) => entry.type === 'returned' && entry.agent === 'a3');
    expect(long).toMatchObject({ verdict: 'done', line: 'Done. a3 has looked.' });
  });

  it('tells a program who it is, and a coordinator what its inputs say', () => {
    const bench = new Bench(built.path, { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli', SAO_APPROVAL: 'secret' });
    const run = bench.plan(domainsOf([1], { model: 'opus' }));
    expect(run.carryOut(bench.fake('a1=env', 'coord-d1=prompt')).code).toBe(0);
    const [seen] = bench.traced('env');
    expect(seen?.cwd).toBe(bench.project);
    expect(seen?.env).toMatchObject({
      SAO_RUN_ID: run.id,
      SAO_RUN_DIR: run.dir,
      SAO_AGENT_ID: 'a1',
      SAO_ROLE: 'worker',
      SAO_DOMAIN: 'd1',
      SAO_ATTEMPT: '1',
      SAO_MODEL: 'opus',
      SAO_OUTPUT: join(run.dir, 'workers/a1.md'),
    });
    expect(Object.keys(seen?.env ?? {})).not.toContain('SAO_APPROVAL');
    expect(Object.keys(seen?.env ?? {}).filter((key) => key.startsWith('CLAUDE'))).toEqual([]);
    expect(bench.traced('prompt')[0]?.prompt).toContain('```a1\n# a1\n\n## Findings\n- [minor] seen by a1');
  });

  it('wants a driver only for agents of a model', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([1]));
    const missing = bench.call('run', run.id);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--driver claude.*--driver command/s),
    });
    const unknown = bench.call(...run.driven('no-such-program -x'));
    expect(unknown).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no program "no-such-program"'),
    });
    expect(run.ledger().some(({ type }) => type === 'dispatched')).toBe(false);
    expect(existsSync(join(run.dir, 'driver.lock'))).toBe(false);
  });
});

describe('the program of --driver command', () => {
  const configOf = (bench: Bench) => join(bench.home, 'config', 'sao', 'config.json');
  const remembered = (bench: Bench) => JSON.parse(readFileSync(configOf(bench), 'utf8'));

  it('is remembered by the user’s own consent, shown, and then needs no --command', () => {
    const bench = new Bench(built.path);
    const program = bench.fake();
    const first = bench.plan(domainsOf([2]));
    bench.configure({ guard: 20 });
    const ended = bench.call('run', first.id, '--driver', 'command', '--command', program, '--remember');
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`agents run in: ${program} (remembered in ${configOf(bench)})`);
    expect(remembered(bench)).toEqual({ guard: 20, program });
    const second = bench.plan(domainsOf([2]));
    bench.configure({ program });
    const again = bench.call('run', second.id, '--driver', 'command');
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(`agents run in: ${program}`);
  });

  it('is refused without a remembered one, and the fix says how to keep it', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    const { code, stderr } = bench.call('run', run.id, '--driver', 'command');
    expect(code).toBe(2);
    expect(stderr).toContain('--remember keeps the program');
    expect(bench.call('run', run.id, '--driver', 'command', '--remember').stderr).toContain('none is given');
  });

  it.each([
    ['a session', { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's' }],
    ['an agent', { SAO_AGENT_ID: 'a1' }],
  ])('is not remembered by %s, and not started for it', (_name, env) => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([2]));
    Object.assign(bench.env, env);
    const program = bench.fake();
    const call = (...more: string[]) => bench.call('run', run.id, '--driver', 'command', ...more);
    const refused = call('--command', program, '--remember');
    expect([refused.code, bench.traced('start')]).toEqual([2, []]);
    expect(refused.stderr).toContain('only a human may choose the program');
    expect(remembered(bench).program).toBeUndefined();
    if (!('CLAUDECODE' in env)) return;
    bench.configure({ program });
    expect(call().code).toBe(2);
    expect(bench.traced('start')).toEqual([]);
  });

  it('is never taken from the project', () => {
    const bench = new Bench(built.path);
    mkdirSync(join(bench.project, '.orchestration'));
    const run = bench.plan(domainsOf([2]));
    writeFileSync(join(bench.project, '.orchestration/config.json'), '{"program": "touch owned"}');
    expect(bench.call('run', run.id, '--driver', 'command').code).toBe(2);
    expect(existsSync(join(bench.project, 'owned'))).toBe(false);
  });
});

describe('a program that fails every agent in words of its own', () => {
  it('halts the run before all attempts are used, with the reason, and the run can be resumed', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(domainsOf([40]));
    const broken = `sh -c "cat > /dev/null; echo cannot open config >&2; exit 1"`;
    const { code, data } = run.carryOut(broken);
    expect(code).toBe(1);
    expect(data.halted).toMatch(/^[3-6] attempts failed for the same reason, .*cannot open config/);
    expect(run.ledger().filter(({ type }) => type === 'dispatched').length).toBeLessThanOrEqual(20);
    // Only an agent whose second attempt failed before the halt is a gap.
    expect(run.carryOut(bench.fake()).data.counts).toMatchObject({ gaps: data.gaps.length, open: 0 });
  });
});
