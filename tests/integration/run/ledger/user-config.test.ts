import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../../src/system/command-line.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';

const built = findBuild();
const SESSION = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'session-1' };
const DOMAINS = [{ id: 'd1', workers: [{ run: 'echo one', task: 'One' }] }];

/** A folder whose configuration allows the commands of the plan, which a model has written. */
function foreignConfig(bench: Bench): string {
  const folder = join(bench.home, 'foreign');
  const path = join(folder, 'sao', 'config.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ allowCommands: ['echo one'] }));
  return folder;
}

describe('a configuration that the variables of a call name', () => {
  it('lets no command run in a session', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS);
    bench.env.XDG_CONFIG_HOME = foreignConfig(bench);
    expect(bench.call('run', run.id, '--commands')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no human has approved these commands'),
    });
  });

  it('lets no command run if the call has removed the variables of its session', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS);
    const line = quoteCommand([process.execPath, built.path, 'run', run.id, '--commands']);
    const hidden = `env -u CLAUDECODE -u CLAUDE_CODE_SESSION_ID XDG_CONFIG_HOME=${foreignConfig(bench)} ${line}; :`;
    const { stderr } = spawnSync('sh', ['-c', hidden], {
      cwd: bench.project,
      env: bench.env,
      encoding: 'utf8',
    });
    expect(stderr).toContain('no human has approved these commands');
  });

  it('does not move with HOME', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS);
    const folder = foreignConfig(bench);
    bench.env.HOME = folder;
    bench.env.XDG_CONFIG_HOME = undefined;
    mkdirSync(join(folder, '.config', 'sao'), { recursive: true });
    writeFileSync(join(folder, '.config', 'sao', 'config.json'), '{"allowCommands": ["echo one"]}');
    expect(bench.call('run', run.id, '--commands').code).toBe(2);
  });

  it('counts in a shell of the user', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(DOMAINS);
    bench.env.XDG_CONFIG_HOME = foreignConfig(bench);
    expect(bench.call('run', run.id, '--commands').code).toBe(0);
  });
});

describe('a client that the variables of a call name', () => {
  it.each([
    ['a session', SESSION, 'is ignored'],
    ['an agent', { SAO_AGENT_ID: 'a1' }, 'an agent may not call `sao audit`'],
  ])('is not started by %s', (_, env, told) => {
    const bench = new Bench(built.path, env);
    const evil = join(bench.home, 'evil');
    writeFileSync(evil, `#!/bin/sh\ntouch ${join(bench.home, 'STARTED')}\n`);
    chmodSync(evil, 0o755);
    writeFileSync(join(bench.project, 'a.ts'), 'export {};\n');
    bench.env.SAO_CLAUDE = evil;
    // Without the variable there is no client.
    bench.env.PATH = '/usr/bin:/bin';
    const ended = bench.call('audit', '--driver', 'claude');
    expect(ended.stderr).toContain(told);
    expect(existsSync(join(bench.home, 'STARTED'))).toBe(false);
  });
});

describe('sao doctor about the configuration', () => {
  const configLines = (bench: Bench) => {
    const { checks } = JSON.parse(bench.call('doctor', '--json').stdout).data as {
      checks: { check: string; level: string; message: string }[];
    };
    return checks
      .filter(({ check }) => check === 'config')
      .map(({ level, message }) => `${level} ${message}`);
  };

  it('names a wrong one, one that others can write, and one that sessions do not read', () => {
    const bench = new Bench(built.path);
    const path = join(bench.home, 'config', 'sao', 'config.json');
    expect(configLines(bench)).toEqual([`ok ${path} does not exist: all settings have their defaults`]);
    bench.configure({ guard: 'never' });
    chmodSync(path, 0o602);
    expect(configLines(bench)).toEqual([
      `fail ${path} is not a configuration`,
      `fail other users can write ${path} (mode 602)`,
    ]);
    bench.env.XDG_CONFIG_HOME = join(bench.home, 'other');
    expect(configLines(bench)).toEqual([
      `warn XDG_CONFIG_HOME is set, so this call reads ${join(bench.home, 'other/sao/config.json')}; sessions and agents read ${path}`,
    ]);
  });

  it('does not take one that cannot be read for a missing one', () => {
    const bench = new Bench(built.path);
    mkdirSync(join(bench.home, 'config', 'sao', 'config.json'), { recursive: true });
    expect(configLines(bench)[0]).toMatch(/^fail .*config\.json/);
  });
});
