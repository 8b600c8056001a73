import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAgentVariables, setProjectHooks } from '../../../../src/system/git/worktree-variables.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import { git, makeRepository, makeSite } from '../../../hazards/git-scratch.ts';

describe('the git hooks of a project in a worktree', () => {
  async function setUp() {
    const project = makeRepository();
    const hook = join(project, '.git/hooks/commit-msg');
    writeFileSync(hook, '#!/bin/sh\necho "no ticket" >&2; exit 1\n');
    chmodSync(hook, 0o755);
    const { place } = unwrap(await createWorktree(await makeSite(project), 'auth', 'HEAD'));
    /** A commit as an agent makes it, with what its environment says. */
    const commitAs = (env: Record<string, string>) =>
      spawnSync('git', ['commit', '--allow-empty', '-m', 'Work'], {
        cwd: place,
        env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env, ...readAgentVariables(place, env) },
        encoding: 'utf8',
      });
    return { project, place, commitAs };
  }

  it('refuse an agent’s commit, unless the settings skip them; and again when they no longer do', async () => {
    const { project, place, commitAs } = await setUp();
    setProjectHooks(place, 'run');
    expect(commitAs({})).toMatchObject({ status: 1, stderr: expect.stringContaining('no ticket') });
    setProjectHooks(place, 'skip');
    expect(commitAs({}).status).toBe(0);
    expect(git(place, 'log', '-1', '--format=%s')).toBe('Work');
    setProjectHooks(place, 'run');
    expect(commitAs({}).status).toBe(1);
    expect(git(project, 'status', '--porcelain')).toBe('');
    expect(readAgentVariables(project, {})).toEqual({});
  });

  it('are skipped beside the settings that the environment gives git', async () => {
    const { place, commitAs } = await setUp();
    setProjectHooks(place, 'skip');
    const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Ada' };
    expect(commitAs(own).status).toBe(0);
    expect(git(place, 'log', '-1', '--format=%an')).toBe('Ada');
  });
});
