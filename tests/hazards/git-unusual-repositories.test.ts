import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryGit } from '../../src/system/git/call.io.ts';
import { unwrap } from '../../src/system/result.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { listWorktrees } from '../../src/workspace/worktree/list.io.ts';
import { removeWorktree } from '../../src/workspace/worktree/remove.io.ts';
import { openSite } from '../../src/workspace/worktree/site.io.ts';
import { makeScratch } from '../harness/scratch.ts';
import { commit, git, makeRepository, makeSite, RUN } from './git-scratch.ts';

const isRoot = process.getuid?.() === 0;

async function open(project: string) {
  return await openSite({ project, runDir: makeScratch(), run: RUN });
}

const tryStatus = (project: string) => tryGit(project, ['status', '--porcelain=v2']);

describe('an unusual repository', () => {
  it('without a commit: the error says to create one', async () => {
    const project = makeScratch();
    git(project, 'init', '--quiet');
    const result = await createWorktree(unwrap(await open(project)), 'auth', 'HEAD');
    expect(result).toMatchObject({
      ok: false,
      cause: 'input',
      diagnostics: [{ code: 'worktree-no-commit' }],
    });
    expect(result.diagnostics[0]?.fix).toContain('commit --allow-empty -m');
  });

  it('bare, or no repository: the error says how to create one', async () => {
    const bare = makeScratch();
    git(bare, 'init', '--quiet', '--bare');
    expect(await open(bare)).toMatchObject({ ok: false, diagnostics: [{ code: 'git-bare' }] });
    expect(await open(makeScratch())).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'git-no-repository' }],
    });
    const missing = await open(join(bare, 'missing'));
    expect(missing).toMatchObject({ ok: false, diagnostics: [{ code: 'project-missing' }] });
  });

  it.each([
    ['core.bare', 'true', 'git-core-bare', 'config core.bare false'],
    ['core.worktree', '/tmp', 'git-core-worktree', 'config --unset-all core.worktree'],
    ['core.worktree', '/nonexistent', 'git-core-worktree', 'config --unset-all core.worktree'],
  ])(
    'with %s %s set by others: the error names the setting, and its fix works',
    async (key, value, code, fix) => {
      const project = makeRepository();
      git(project, 'config', key, value);
      const result = await open(project);
      const command = `git -C ${JSON.stringify(project)} ${fix}`;
      expect(result).toMatchObject({ ok: false, diagnostics: [{ code, fix: command }] });
      if (value !== '/tmp')
        expect(await tryStatus(project)).toMatchObject({ ok: false, diagnostics: [{ code, fix: command }] });
      execFileSync('sh', ['-c', command]);
      expect((await open(project)).ok).toBe(true);
    },
  );

  it('with a broken configuration: the error names the file and the command to edit it', async () => {
    const project = makeRepository();
    appendFileSync(join(project, '.git/config'), '[core\n');
    const result = await open(project);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'git-bad-configuration' }] });
    expect(result.diagnostics[0]?.message).toMatch(/bad config line \d+ in file/);
    expect(result.diagnostics[0]?.fix).toContain('config --local --edit');
  });

  it('with a submodule: plain git refuses to remove the worktree, ours removes it and loses nothing', async () => {
    const library = makeRepository({ 'lib.txt': 'lib\n' });
    const project = makeRepository();
    git(project, 'submodule', 'add', '--quiet', library, 'lib');
    git(project, 'commit', '--quiet', '-m', 'Submodule');
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
    git(place, 'submodule', 'update', '--init', '--quiet');
    expect(() => git(project, 'worktree', 'remove', place)).toThrow(/submodule/);
    expect(unwrap(await removeWorktree(site, 'auth', { target: 'main' }))).toMatchObject({ rescued: [] });
    expect(readdirSync(site.builds)).toEqual([]);
  });

  it('with a newline, quotes and spaces in its path', async () => {
    const folder = join(makeScratch(), 'a "b"\n\'c\' $(d)');
    mkdirSync(folder);
    const project = makeRepository({ 'a.txt': 'a\n' }, join(folder, 'project'));
    const runDir = join(folder, 'run\nworktree x');
    mkdirSync(runDir);
    const site = unwrap(await openSite({ project, runDir, run: RUN }));
    expect(site.repo).toMatchObject({ directory: project, commonDir: join(project, '.git') });
    const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
    expect(place).toBe(join(realpathSync(runDir), 'builds/auth'));
    commit(place, { 'auth.txt': 'auth' });
    const known = unwrap(await listWorktrees(site, git(project, 'rev-parse', 'main')));
    expect(known).toMatchObject([{ module: 'auth', place, state: 'ahead' }]);
    const integration = unwrap(await openIntegration(site, 'main'));
    expect(unwrap(await mergeModule(integration, { module: 'auth' })).state).toBe('merged');
    unwrap(await removeWorktree(site, 'auth', { target: integration.branch }));
  });

  it('that is a worktree itself: both find the same repository', async () => {
    const project = makeRepository();
    git(project, 'worktree', 'add', '--quiet', '-b', 'mine', '../mine');
    const site = await makeSite(realpathSync(join(project, '../mine')));
    expect(site.repo.commonDir).toBe(join(project, '.git'));
    const { head } = unwrap(await createWorktree(site, 'auth', 'mine'));
    expect(head).toBe(git(project, 'rev-parse', 'mine'));
  });

  it.skipIf(!isRoot)('of another user: the error says how to trust it (skipped unless root)', async () => {
    const project = makeRepository();
    for (const path of [project, join(project, '.git')]) chownSync(path, 65_534, 65_534);
    const result = await open(project);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'git-foreign-owner' }] });
    expect(result.diagnostics[0]?.fix).toContain(`safe.directory ${JSON.stringify(project)}`);
  });
});
