import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { makeScratch } from '../harness/scratch.ts';
import { commit, git, makeRepository, makeSite, tryGit } from './git-scratch.ts';

/** A clone whose `origin/main` is behind its own `main`, with a branch of another history. */
function makeClone(): { project: string; stale: string; ahead: string; other: string } {
  const origin = makeRepository();
  const project = join(makeScratch(), 'clone');
  git(dirname(project), 'clone', '--quiet', origin, project);
  git(project, 'config', 'user.name', 'Test');
  git(project, 'config', 'user.email', 'test@example.com');
  const stale = git(project, 'rev-parse', 'origin/main');
  const ahead = commit(project, { 'ahead.txt': 'local' });
  git(project, 'tag', '-a', '-m', 'Tag', 'v1');
  git(project, 'switch', '--quiet', '-c', 'other', stale);
  const other = commit(project, { 'other.txt': 'other' });
  git(project, 'switch', '--quiet', 'main');
  return { project, stale, ahead, other };
}

describe('the base of a worktree', () => {
  it.each([
    ['main', 'ahead'],
    ['HEAD', 'ahead'],
    ['v1', 'ahead'],
    ['other', 'other'],
    ['refs/heads/other', 'other'],
    ['main~1', 'stale'],
  ] as const)('named %s is that very commit, with no upstream', async (base, expected) => {
    const { project, ...commits } = makeClone();
    const site = await makeSite(project);
    const made = unwrap(await createWorktree(site, 'auth', base));
    expect(git(made.place, 'rev-parse', 'HEAD')).toBe(commits[expected]);
    expect(tryGit(made.place, 'rev-parse', '--abbrev-ref', '@{upstream}').code).not.toBe(0);
  });

  it('ignores a detached HEAD, a stale remote and settings that git would prefer', async () => {
    const { project, ahead, stale } = makeClone();
    git(project, 'config', 'worktree.guessRemote', 'true');
    git(project, 'config', 'branch.autoSetupMerge', 'always');
    git(project, 'config', 'checkout.defaultRemote', 'origin');
    git(project, 'switch', '--quiet', '--detach', stale);
    const site = await makeSite(project);
    const made = unwrap(await createWorktree(site, 'auth', 'main'));
    expect(made.head).toBe(ahead);
    expect(git(project, 'config', '--get-regexp', '^branch\\.main\\.')).not.toContain('orchestration');
    expect(tryGit(project, 'config', '--get-regexp', '^branch\\.orchestration').code).toBe(1);
  });

  it.each(['nothing', '--detach', 'main^{tree}', ''])('that is no commit (%j) is refused', async (base) => {
    const site = await makeSite(makeRepository());
    const result = await createWorktree(site, 'auth', base);
    expect(result).toMatchObject({ ok: false, cause: 'input', diagnostics: [{ code: 'worktree-base' }] });
    expect(git(site.repo.directory, 'branch', '--list', 'orchestration/*')).toBe('');
  });

  it('that differs from the base of an existing branch is refused', async () => {
    const { project } = makeClone();
    const site = await makeSite(project);
    unwrap(await createWorktree(site, 'auth', 'main'));
    git(project, 'worktree', 'remove', '--force', join(site.builds, 'auth'));
    const result = await createWorktree(site, 'auth', 'other');
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-base-differs' }] });
  });
});
