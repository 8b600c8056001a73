import { describe, expect, it } from 'vitest';
import { readAgentVariables } from '../../../../src/system/git/worktree-variables.io.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

const sao = findBuild();

function prepare() {
  const bench = new Bench(sao.path);
  makeRepository({ 'a.txt': 'a\n' }, bench.project);
  const init = JSON.parse(bench.call('init', '--json').stdout) as { data: { run: string; dir: string } };
  const call = (...args: string[]) => {
    const { code, stdout } = bench.call(...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };
  return { bench, call, ...init.data };
}

describe('sao worktree and sao rescue', () => {
  it('create, list, remove and find again', () => {
    const { bench, call, run, dir } = prepare();
    const made = call('worktree', 'create', run, 'auth', 'pay');
    expect(made).toMatchObject({
      code: 0,
      ok: true,
      data: { worktrees: [{ module: 'auth', isNew: true }, {}] },
    });
    commit(`${dir}/builds/auth`, { 'auth.txt': 'auth' });
    write(`${dir}/builds/pay`, { 'pay.txt': 'pay' });
    const states = call('worktree', 'list', run).data.worktrees.map((tree: { state: string }) => tree.state);
    expect(states).toEqual(['ahead', 'changed']);
    expect(bench.call('worktree', 'prune', run).stdout).toMatch(
      /auth\s+kept: its commits are not in the target/,
    );
    expect(call('worktree', 'remove', run, 'auth', 'pay').code).toBe(0);
    const { data } = call('rescue', 'show', run);
    expect(
      data.rescues.map(({ module, files }: { module: string; files: string[] }) => [module, files]),
    ).toEqual(
      expect.arrayContaining([
        ['auth', ['A auth.txt']],
        ['pay', ['A pay.txt']],
      ]),
    );
    const { stdout } = bench.call('rescue', 'list', run, 'auth');
    const restore = /restore: git (.+)$/m.exec(stdout)?.[1] ?? '';
    git(bench.project, ...restore.split(' '));
    expect(git(bench.project, 'show', `rescued/auth-1-${run.slice(-8)}:auth.txt`)).toBe('auth');
    expect(call('worktree', 'repair', run).data.worktrees).toEqual([]);
  });

  it('create follows the policy of the project for git hooks', () => {
    const { bench, call, run, dir } = prepare();
    const variablesAfter = (projectHooks: string) => {
      write(bench.project, { '.orchestration/config.json': JSON.stringify({ build: { projectHooks } }) });
      expect(call('worktree', 'create', run, 'auth').code).toBe(0);
      return readAgentVariables(`${dir}/builds/auth`, {});
    };
    expect(variablesAfter('skip')).toMatchObject({ GIT_CONFIG_KEY_0: 'core.hooksPath' });
    expect(variablesAfter('run')).toEqual({});
  });

  it('report what is wrong and a fix', () => {
    const { call, run } = prepare();
    expect(call('worktree', 'create', run)).toMatchObject({ code: 2, diagnostics: [{ code: 'usage' }] });
    expect(call('worktree', 'move', run)).toMatchObject({ code: 2 });
    expect(call('worktree', 'create', run, '../x')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'worktree-name' }],
    });
    expect(call('worktree', 'create', run, 'a', '--base', 'nothing')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'worktree-base' }],
    });
    expect(call('worktree', 'remove', run, 'none')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'worktree-unknown' }],
    });
    expect(call('rescue', 'list').data.rescues).toEqual([]);
  });
});
