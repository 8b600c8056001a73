import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catchExpectedError } from '../../../../src/system/result.ts';
import { pushCommit, requireFreeBranch } from '../../../../src/workspace/merge/push.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

function setUp() {
  const project = makeRepository();
  const remote = join(makeScratch(), 'remote.git');
  git(project, 'init', '--quiet', '--bare', remote);
  git(project, 'remote', 'add', 'origin', remote);
  const push = async (commit: string, name = 'origin', branch = 'sao/1') => {
    const pushed = await catchExpectedError(() => pushCommit(project, { remote: name, branch, commit }));
    return pushed.ok ? undefined : pushed.diagnostics[0];
  };
  return { project, remote, push };
}

describe('a push of a commit', () => {
  it('creates the branch, repeats without a change, and moves it forward', async () => {
    const { project, remote, push } = setUp();
    const first = git(project, 'rev-parse', 'HEAD');
    for (const _ of [1, 2]) expect(await push(first)).toBeUndefined();
    expect(git(remote, 'rev-parse', 'sao/1')).toBe(first);
    const second = commit(project, { 'a.txt': 'a' });
    expect(await push(second)).toBeUndefined();
    expect(git(remote, 'rev-parse', 'sao/1')).toBe(second);
  });

  it('never overwrites a branch that has other commits', async () => {
    const { project, remote, push } = setUp();
    const base = git(project, 'rev-parse', 'HEAD');
    const others = commit(project, { 'a.txt': 'others' });
    git(project, 'push', '--quiet', 'origin', `${others}:refs/heads/sao/1`);
    git(project, 'reset', '--quiet', '--hard', base);
    const ours = commit(project, { 'a.txt': 'ours' });
    const problem = await push(ours);
    expect(problem).toMatchObject({ code: 'deliver-not-pushed', target: 'origin' });
    expect(problem?.message).toContain('rejected');
    expect(git(remote, 'rev-parse', 'sao/1')).toBe(others);
  });

  it('runs no hook of the repository', async () => {
    const { project, push } = setUp();
    write(project, { '.git/hooks/pre-push': '#!/bin/sh\nexit 1\n' });
    expect(await push(git(project, 'rev-parse', 'HEAD'))).toBeUndefined();
  });

  it.each([
    ['a remote that is not there', 'upstream', 'deliver-no-remote'],
    ['an address in place of a name', '/tmp/elsewhere.git', 'deliver-no-remote'],
    ['an option in place of a name', '--mirror', 'deliver-no-remote'],
  ])('refuses %s', async (_, name, code) => {
    const { project, push } = setUp();
    expect(await push(git(project, 'rev-parse', 'HEAD'), name)).toMatchObject({ code });
  });

  it('reports a remote that does not answer', async () => {
    const { project, push } = setUp();
    git(project, 'remote', 'add', 'gone', join(makeScratch(), 'gone.git'));
    expect(await push(git(project, 'rev-parse', 'HEAD'), 'gone')).toMatchObject({
      code: 'deliver-not-pushed',
      fix: expect.stringContaining('push gone'),
    });
  });
});

describe('the branch that a build will push', () => {
  const check = async (project: string, branch: string, remote = 'origin') => {
    const free = await catchExpectedError(() => requireFreeBranch(project, { remote, branch }));
    return free.ok ? undefined : free.diagnostics[0];
  };

  it.each([
    ['sao', 'sao/1', 'deliver-branch-taken'],
    ['sao/1', 'sao/1', 'deliver-branch-taken'],
    ['sao/1/x', 'sao/1', 'deliver-branch-taken'],
    ['sa', 'sao/1', undefined],
    ['sao/10', 'sao/1', undefined],
    ['main', 'a..b', 'deliver-branch-name'],
  ])('with %s on the remote, %s: %s', async (taken, branch, code) => {
    const { project, remote } = setUp();
    git(project, 'push', '--quiet', remote, `HEAD:refs/heads/${taken}`);
    expect((await check(project, branch))?.code).toBe(code);
  });

  it('is named with the branch in the way and another name', async () => {
    const { project, remote } = setUp();
    git(project, 'push', '--quiet', remote, 'HEAD:refs/heads/sao');
    const problem = await check(project, 'sao/20260101-1');
    expect(problem?.message).toContain('has the branch sao, so git can create no branch sao/20260101-1');
    expect(problem?.fix).toContain('--branch build-20260101-1');
  });

  it('is not refused if the remote cannot be reached', async () => {
    const { project } = setUp();
    git(project, 'remote', 'add', 'away', '/nowhere/remote.git');
    expect(await check(project, 'sao/1', 'away')).toBeUndefined();
  });
});
