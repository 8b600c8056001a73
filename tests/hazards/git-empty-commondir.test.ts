import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { listWorktrees } from '../../src/workspace/worktree/list.io.ts';
import { git, makeRepository, makeSite, tryGit } from './git-scratch.ts';

function damage(project: string): void {
  const entry = join(project, '.git/worktrees/ghost');
  mkdirSync(entry, { recursive: true });
  writeFileSync(join(entry, 'commondir'), '');
  writeFileSync(join(entry, 'gitdir'), join(project, '../ghost/.git\n'));
  writeFileSync(join(entry, 'HEAD'), 'ref: refs/heads/ghost\n');
  writeFileSync(join(entry, 'locked'), 'initializing\n');
}

describe('an empty commondir', () => {
  it('makes every plain git worktree add fail, but not ours', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    damage(project);
    expect(tryGit(project, 'worktree', 'add', '../plain').code).toBe(128);
    const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
    expect(git(place, 'status', '--porcelain')).toBe('');
    expect(tryGit(project, 'worktree', 'list').code).toBe(0);
  });

  it('does not make our listing fail, and keeps the entry of another tool', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    unwrap(await createWorktree(site, 'auth', 'main'));
    git(project, 'worktree', 'add', '--quiet', '-b', 'mine', '../mine');
    writeFileSync(join(project, '.git/worktrees/mine/commondir'), '');
    expect(tryGit(project, 'worktree', 'list').code).toBe(128);
    const known = unwrap(await listWorktrees(site, git(project, 'rev-parse', 'HEAD')));
    expect(known.map(({ module }) => module)).toEqual(['auth']);
    expect(existsSync(join(project, '../mine/src/a.txt'))).toBe(true);
    expect(git(join(project, '../mine'), 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('mine');
  });
});
