import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onBash } from '../../../../src/session/hooks/bash.io.ts';
import { onAgentCall } from '../../../../src/session/hooks/dispatch.io.ts';
import { onRead, onSearch } from '../../../../src/session/hooks/files.io.ts';
import type { HookInput } from '../../../../src/session/hooks/protocol.ts';
import { portsPath, setProjectHooks } from '../../../../src/system/git/worktree-variables.io.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';
import { git, write } from '../../../hazards/git-scratch.ts';

const dispatch = (run: BuildRun, id: string, more: object = {}, by: Partial<HookInput> = {}) =>
  decisionOf(
    onAgentCall(
      run.call('Agent', { description: id, prompt: `sao:${RUN}/${id}`, ...more }, by),
      run.env,
      new Date(),
    ),
  );
const branch = (module: string) => `orchestration/${RUN}/${module}`;

describe('the dispatch of an agent with a worktree', () => {
  it('asks the client for no worktree, also if the session does', () => {
    const run = new BuildRun();
    const { decision, input } = dispatch(run, 'build-auth', { isolation: 'worktree' });
    expect(decision).toBe('allow');
    expect(input).not.toHaveProperty('isolation');
    expect(input.prompt).toContain('You are build-auth');
  });

  it('leaves the isolation of an agent without one as the session asked for it', () => {
    const run = new BuildRun();
    expect(dispatch(run, 'a1', { isolation: 'worktree' }).input.isolation).toBe('worktree');
    expect(dispatch(new BuildRun(), 'a1').input).not.toHaveProperty('isolation');
  });

  it.each([
    ['is missing', (tree: string) => rmSync(tree, { recursive: true }), 'missing or damaged'],
    ['has lost its link to git', (tree: string) => rmSync(join(tree, '.git')), 'missing or damaged'],
    ['is on another branch', (tree: string) => git(tree, 'switch', '-qc', 'mine'), 'is on mine, not on'],
    ['is detached', (tree: string) => git(tree, 'switch', '-q', '--detach'), 'not on'],
  ])('is refused before its attempt counts if the worktree %s', (_, damage, reason) => {
    const run = new BuildRun();
    damage(join(run.dir, 'builds', 'auth'));
    const refused = dispatch(run, 'build-auth');
    expect(refused.decision).toBe('deny');
    expect(refused.reason).toContain(reason);
    expect(refused.reason).toContain(branch('auth'));
    expect(readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8')).not.toContain('"dispatched"');
    expect(dispatch(run, 'build-pay').decision).toBe('allow');
  });

  it('leaves an Agent call of the session itself to the client, with or without a worktree', () => {
    const run = new BuildRun();
    for (const isolation of [{}, { isolation: 'worktree' }])
      expect(
        onAgentCall(run.call('Agent', { prompt: 'Look around', ...isolation }), run.env, new Date()),
      ).toBeUndefined();
  });

  it('starts no helper, which the client would start in the checkout of the user', () => {
    const run = new BuildRun();
    const helper = (who: string) =>
      decisionOf(
        onAgentCall(
          run.call('Agent', { prompt: 'Look around' }, run.by(who, run.project)),
          run.env,
          new Date(),
        ),
      );
    expect(helper('build-auth')).toMatchObject({
      decision: 'deny',
      reason: 'build-auth starts no other agents. Do the work yourself.',
    });
    expect(helper('a1').decision).toBe('none');
  });
});

/** A build in a session, and the calls of its agents, which the client starts in the checkout. */
function prepare() {
  const run = new BuildRun();
  const auth = join(run.dir, 'builds', 'auth');
  const call = async (tool: string, input: Record<string, unknown>, who: string | null = 'build-auth') => {
    const hook = run.call(tool, input, run.by(who ?? undefined, run.project));
    const judge = { Bash: onBash, Read: onRead, Grep: onSearch, Glob: onSearch }[tool] ?? onBash;
    return decisionOf(await judge(hook, run.env, new Date()));
  };
  const bash = (command: string, who: string | null = 'build-auth') =>
    call('Bash', { command, timeout: 5 }, who);
  return { run, auth, call, bash };
}

describe('a shell command of such an agent', () => {
  it('runs in its worktree, and the client decides on it as on any other', async () => {
    const { auth, bash } = prepare();
    for (const command of ['npm install', 'cd src && npm test', "cat <<'X'\nhello\nX\n", 'a; b'])
      expect(await bash(command)).toEqual({
        decision: 'none',
        reason: '',
        input: { command: `cd ${auth} && ${command}`, timeout: 5 },
      });
  });

  it('needs no question for what is its own work', async () => {
    const { auth, bash } = prepare();
    for (const command of ['pwd && git status', 'ls -la src', 'grep -rn "export" .', 'git add -A'])
      expect(await bash(command)).toMatchObject({
        decision: 'allow',
        input: { command: `cd ${auth} && ${command}` },
      });
    for (const command of ['ls /etc', 'cat ../pay/secret', 'grep -f/etc/passwd x', 'ls | sh', 'head $HOME/x'])
      expect([command, (await bash(command)).decision]).toEqual([command, 'none']);
  });

  it('stays as it is if it changes to the worktree itself', async () => {
    const { auth, bash } = prepare();
    for (const command of [`cd ${auth} && npm ci`, `cd '${auth}/src'; npm ci`])
      expect(await bash(command)).toEqual({ decision: 'none', reason: '', input: {} });
    expect(await bash(`cd ${auth} && git status`)).toEqual({ decision: 'allow', reason: '', input: {} });
  });

  it.each([
    ['started in the checkout', 'project', 'npm ci', (tree: string) => `cd ${tree} && `],
    ['started in the worktree', 'tree', 'npm ci', () => ''],
    ['that changes to the worktree itself', 'project', 'cd TREE && npm ci', () => ''],
  ])('%s gets the variables of its worktree', async (_, place, line, moved) => {
    const run = new BuildRun();
    const tree = join(run.dir, 'builds', 'auth');
    const gitDir = git(tree, 'rev-parse', '--absolute-git-dir');
    writeFileSync(portsPath(gitDir), JSON.stringify({ version: 1, base: 21_000, count: 10 }));
    setProjectHooks(tree, 'skip');
    const cwd = place === 'tree' ? tree : run.project;
    const command = line.replace('TREE', tree);
    const call = run.call('Bash', { command }, run.by('build-auth', cwd));
    const variables =
      'export SAO_PORT_BASE=21000 SAO_PORT_COUNT=10 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null';
    expect(decisionOf(await onBash(call, run.env, new Date()))).toMatchObject({
      decision: 'none',
      input: { command: `${moved(tree)}${variables} && ${command}` },
    });
  });

  it('is refused if it changes to another place', async () => {
    const { run, auth, bash } = prepare();
    for (const place of [run.project, join(run.dir, 'builds/pay'), '..', '/etc'])
      expect(await bash(`cd ${place} && npm test`)).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining(`build-auth works in ${auth}`),
      });
  });

  it('is refused if the worktree has gone', async () => {
    const { auth, bash } = prepare();
    rmSync(join(auth, '.git'));
    expect(await bash('ls; touch x')).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('Your worktree'),
    });
  });

  it('is not moved for a call of sao, and never for other agents or the session', async () => {
    const { bash } = prepare();
    expect(await bash(`sao prompt ${RUN} build-auth`)).toMatchObject({ decision: 'allow', input: {} });
    for (const who of ['a1', null]) expect((await bash('npm test', who)).input).toEqual({});
    for (const command of ['sao list; npm test', 'sao prompt R a && git status'])
      expect((await bash(command)).input.command).toMatch(/^cd .*builds\/auth && sao /);
    expect((await bash('sao list; git push')).decision).toBe('deny');
  });

  it('is quoted for a path with a blank and an apostrophe', async () => {
    const run = new BuildRun({ home: 'it\'s a "home" \\u0041' });
    const command = 'npm ci';
    const hook = run.call('Bash', { command }, run.by('build-auth', run.project));
    const { input } = decisionOf(await onBash(hook, run.env, new Date()));
    const quoted = `'${join(run.dir, 'builds/auth').replaceAll("'", "'\\''")}'`;
    expect(input.command).toBe(`cd ${quoted} && npm ci`);
  });
});

describe('a file that such an agent reads', () => {
  it('is the one in its worktree if the client completed a relative path in the checkout', async () => {
    const { run, auth, call } = prepare();
    const read = (path: string, who?: string) => call('Read', { file_path: join(run.project, path) }, who);
    write(auth, { 'README.md': 'A better shop\n' });
    expect(await read('README.md')).toMatchObject({
      decision: 'allow',
      input: { file_path: join(auth, 'README.md') },
    });
    // Not in the worktree: the client decides.
    writeFileSync(join(run.project, '.env'), 'KEY=1');
    expect(await read('.env')).toMatchObject({ decision: 'none', input: {} });
    expect(await read('README.md', 'a1')).toMatchObject({ decision: 'none', input: {} });
  });

  it('is searched for in its worktree', async () => {
    const { run, auth, call } = prepare();
    mkdirSync(join(auth, 'src'));
    for (const tool of ['Grep', 'Glob']) {
      for (const [given, path] of [
        [{}, auth],
        [{ path: 'src' }, join(auth, 'src')],
        [{ path: join(run.project, 'src') }, join(auth, 'src')],
        [{ path: auth }, auth],
      ] as const)
        expect(await call(tool, { pattern: 'x', ...given })).toMatchObject({
          decision: 'allow',
          input: { pattern: 'x', path },
        });
      expect((await call(tool, { pattern: 'x', path: '/etc' })).decision).toBe('none');
      expect((await call(tool, { pattern: 'x' }, 'a1')).decision).toBe('none');
    }
  });
});

describe('the plugin', () => {
  it("takes no part in the client's own worktrees", () => {
    const { hooks } = JSON.parse(readFileSync('hooks/hooks.json', 'utf8')) as { hooks: object };
    for (const event of ['WorktreeCreate', 'WorktreeRemove', 'SessionEnd'])
      expect(hooks).not.toHaveProperty(event);
    expect(existsSync('hooks/sao-worktree')).toBe(false);
  });
});
