import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeScratch } from '../../../harness/scratch.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

const SCRIPT = resolve('hooks/sao-worktree');

/** A project, and the script as the client starts it in a session without a run; whoever starts Node leaves a trace. */
function prepare() {
  const home = makeScratch();
  const project = makeRepository({ 'a.txt': 'a\n', '.gitignore': '.env\n.claude/\n' }, join(home, 'project'));
  const programs = join(home, 'programs');
  const trace = join(home, 'node-was-started');
  mkdirSync(programs);
  writeFileSync(join(programs, 'node'), `#!/bin/sh\ntouch ${trace}\n`);
  chmodSync(join(programs, 'node'), 0o755);
  const env = {
    PATH: `${programs}:/usr/bin:/bin`,
    HOME: home,
    CLAUDE_CODE_SESSION_ID: 'mine',
    CLAUDE_PLUGIN_DATA: join(home, 'data'),
    SAO_RUNS_DIR: join(home, 'runs'),
    GIT_DIR: '/nowhere',
  };
  const call = (action: string, input: object = {}) => {
    const { status, stdout, stderr } = spawnSync(SCRIPT, [action], {
      cwd: home,
      env,
      input: `${JSON.stringify({ session_id: 'mine', cwd: project, ...input })}\n`,
      encoding: 'utf8',
    });
    return { code: status, place: stdout.trim(), stderr };
  };
  const create = (name: string) => call('create', { hook_event_name: 'WorktreeCreate', name });
  const branches = () => git(project, 'for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');
  return { home, project, call, create, branches, trace };
}

describe("the client's own worktrees, made by the script", () => {
  it('stand where the client puts them, on a branch of its name, and start no Node process', () => {
    const { project, create, branches, trace } = prepare();
    const { code, place } = create('agent-1');
    expect([code, place]).toEqual([0, join(project, '.claude/worktrees/agent-1')]);
    expect(git(place, 'branch', '--show-current')).toBe('worktree-agent-1');
    expect(readFileSync(join(place, 'a.txt'), 'utf8')).toBe('a\n');
    expect(create('feature/x').place).toBe(join(project, '.claude/worktrees/feature+x'));
    expect(create('agent-1')).toMatchObject({ code: 0, place });
    expect(branches()).toEqual(['main', 'worktree-agent-1', 'worktree-feature+x']);
    expect(existsSync(trace)).toBe(false);
  });

  it("start from the remote's main branch, unless the user wants what is checked out", () => {
    const { home, project, create } = prepare();
    const remote = join(home, 'remote.git');
    git(home, 'clone', '--quiet', '--bare', project, remote);
    git(project, 'remote', 'add', 'origin', remote);
    git(project, 'fetch', '--quiet', 'origin');
    const pushed = git(project, 'rev-parse', 'HEAD');
    const local = commit(project, { 'b.txt': 'b' });
    expect(git(create('one').place, 'rev-parse', 'HEAD')).toBe(pushed);
    write(home, { '.claude/settings.json': JSON.stringify({ worktree: { baseRef: 'head' } }) });
    expect(git(create('two').place, 'rev-parse', 'HEAD')).toBe(local);
  });

  it('get the ignored files that the project wants in them', () => {
    const { project, create } = prepare();
    write(project, {
      '.env': 'KEY=1',
      '.worktreeinclude': '.env\na.txt\n',
      '.claude/settings.local.json': '{}',
    });
    const { place } = create('agent-1');
    expect(readFileSync(join(place, '.env'), 'utf8')).toBe('KEY=1');
    expect(existsSync(join(place, '.claude/settings.local.json'))).toBe(true);
  });

  it("are left to a hook of the user's own", () => {
    const { project, create } = prepare();
    write(project, { '.claude/settings.json': JSON.stringify({ hooks: { WorktreeCreate: [] } }) });
    expect(create('agent-1')).toMatchObject({ code: 0, place: '' });
    expect(existsSync(join(project, '.claude/worktrees'))).toBe(false);
  });

  it.each(['', '../x', 'a b', '$(id)', '.hidden', 'a;b'])('are never made of the name %j', (name) => {
    const { project, create } = prepare();
    expect(create(name)).toMatchObject({ code: 1, place: '' });
    expect(existsSync(join(project, '.claude'))).toBe(false);
  });

  it('fail outside of a repository', () => {
    const { home, call } = prepare();
    expect(call('create', { cwd: home, name: 'agent-1' })).toMatchObject({ code: 1, place: '' });
  });

  it('are all made where several are wanted at once', async () => {
    const { project, home } = prepare();
    const lines = Array.from({ length: 8 }, (_, n) => JSON.stringify({ cwd: project, name: `agent-${n}` }));
    const script = lines.map((line) => `echo '${line}' | ${SCRIPT} create &`).join('\n');
    const out = execFileSync('sh', ['-c', `${script}\nwait`], {
      env: { PATH: '/usr/bin:/bin', HOME: home, SAO_RUNS_DIR: join(home, 'runs') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(out.trim().split('\n')).toHaveLength(8);
  });
});

describe('their removal', () => {
  it("takes an agent's with the session, where nothing was changed in it", () => {
    const { create, call, branches } = prepare();
    const [idle, changed, committed, named] = ['agent-1', 'agent-2', 'agent-3', 'mine'].map(
      (name) => create(name).place,
    );
    write(changed ?? '', { 'new.txt': 'new' });
    commit(committed ?? '', { 'a.txt': 'b' });
    expect(call('end').code).toBe(0);
    expect([idle, changed, committed, named].map((place) => existsSync(place ?? ''))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(branches()).toEqual(['main', 'worktree-agent-2', 'worktree-agent-3', 'worktree-mine']);
    expect(call('end').code).toBe(0);
  });

  it('takes the one that the client names, and nothing that the client did not make', () => {
    const { home, project, create, call, branches } = prepare();
    const { place } = create('mine');
    write(place, { 'new.txt': 'new' });
    expect(call('remove', { worktree_path: place }).code).toBe(0);
    expect([existsSync(place), branches()]).toEqual([false, ['main']]);
    const ours = join(home, 'builds', 'auth');
    git(project, 'worktree', 'add', '--quiet', '-b', 'orchestration/x/auth', ours);
    expect(call('remove', { worktree_path: ours })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('kept'),
    });
    expect(existsSync(ours)).toBe(true);
  });
});

describe('a session that has a run', () => {
  it('asks the engine first', () => {
    const { home, create, trace } = prepare();
    mkdirSync(join(home, 'runs', '.sessions'), { recursive: true });
    writeFileSync(join(home, 'runs', '.sessions', 'mine'), '');
    expect(create('agent-1').place).toContain('.claude/worktrees/agent-1');
    expect(existsSync(trace)).toBe(true);
  });
});
