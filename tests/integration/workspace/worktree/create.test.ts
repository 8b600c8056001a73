import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../../src/system/result.ts';
import { checkOut } from '../../../../src/workspace/worktree/check-out.io.ts';
import { createWorktree, createWorktrees } from '../../../../src/workspace/worktree/create.io.ts';
import { listWorktrees } from '../../../../src/workspace/worktree/list.io.ts';
import { checkWorktree, listBranchChanges } from '../../../../src/workspace/worktree/tree-work.io.ts';
import { commit, git, makeRepository, makeSite, RUN, write } from '../../../hazards/git-scratch.ts';

describe('a worktree', () => {
  it('is on its branch, at the named commit, with all files', async () => {
    const project = makeRepository();
    const base = git(project, 'rev-parse', 'HEAD');
    commit(project, { 'later.txt': 'later' });
    const site = await makeSite(project);
    const made = unwrap(await createWorktree(site, 'auth', base));
    expect(made).toMatchObject({
      module: 'auth',
      branch: `orchestration/${RUN}/auth`,
      base,
      head: base,
      isNew: true,
    });
    expect(git(made.place, 'rev-parse', 'HEAD')).toBe(base);
    expect(git(made.place, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(made.place, 'later.txt'))).toBe(false);
    expect(unwrap(await checkWorktree(made.place, made.branch)).head).toBe(base);
  });

  it.each<[string, (project: string) => void]>([
    ['folders', (project) => git(project, 'sparse-checkout', 'set', 'src')],
    [
      'folders, with a sparse index',
      (project) => git(project, 'sparse-checkout', 'set', '--sparse-index', 'src'),
    ],
    ['patterns', (project) => git(project, 'sparse-checkout', 'set', '--no-cone', '/src/')],
    [
      'patterns of an old git, which wrote no configuration per worktree',
      (project) => {
        git(project, 'config', 'core.sparseCheckout', 'true');
        write(project, { '.git/info/sparse-checkout': '/src/\n' });
        git(project, 'read-tree', '-mu', 'HEAD');
      },
    ],
  ])('has all files where the checkout of the user is sparse: %s', async (_name, makeSparse) => {
    const project = makeRepository({ 'src/a.txt': 'a\n', 'lib/b.txt': 'b\n', 'lib/deep/c.txt': 'c\n' });
    makeSparse(project);
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(git(place, 'ls-files', '-v')).toBe('H lib/b.txt\nH lib/deep/c.txt\nH src/a.txt');
    expect(readFileSync(join(place, 'lib/deep/c.txt'), 'utf8')).toBe('c\n');
    write(place, { '.orchestration/contracts/a.md': 'a', 'new/d.txt': 'd' });
    git(place, 'add', '--all', '--', '.');
    expect(git(place, 'status', '--porcelain')).toBe('A  .orchestration/contracts/a.md\nA  new/d.txt');
    expect(existsSync(join(project, 'lib'))).toBe(false);
    expect(git(project, 'status', '--porcelain')).toBe('');
    expect(git(project, 'config', '--type=bool', 'core.sparseCheckout')).toBe('true');
  });

  it('is not changed by a second call', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const { place, base } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    const head = commit(place, { 'src/auth.txt': 'auth' });
    write(place, { 'src/open.txt': 'open' });
    expect(unwrap(await createWorktree(site, 'auth', base))).toMatchObject({ isNew: false, head });
    expect(existsSync(join(place, 'src/open.txt'))).toBe(true);
  });

  it('is created again with the work on its branch after its directory was deleted', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const { place, base } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    const head = commit(place, { 'src/auth.txt': 'auth' });
    rmSync(place, { recursive: true });
    expect(unwrap(await createWorktree(site, 'auth', base))).toMatchObject({ isNew: true, head });
    expect(readFileSync(join(place, 'src/auth.txt'), 'utf8')).toBe('auth');
  });

  it('is checked out where a git process whose caller was killed shows up only by its lock', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    const entry = git(place, 'rev-parse', '--absolute-git-dir');
    rmSync(join(entry, 'index'));
    writeFileSync(join(entry, 'index.lock'), '');
    const orphan = spawn('sleep', ['60'], {
      env: { ...process.env, SAO_MARK: `${site.repo.mark}-checkout-${RUN}/auth` },
    });
    const ended = once(orphan, 'exit');
    await checkOut(site, 'auth');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(git(place, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(entry, 'index.lock'))).toBe(false);
  });

  it('is rejected if its directory has other content, which is not changed', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const place = join(site.builds, 'auth');
    mkdirSync(place);
    writeFileSync(join(place, '.git'), 'mine');
    const result = await createWorktree(site, 'auth', 'HEAD');
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-place-taken' }] });
    expect(readFileSync(join(place, '.git'), 'utf8')).toBe('mine');
  });

  it('is rejected after its branch was switched', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    git(place, 'switch', '--quiet', '-c', 'other');
    const result = await createWorktree(site, 'auth', 'HEAD');
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-wrong-branch' }] });
    expect(await checkWorktree(place, `orchestration/${RUN}/auth`)).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'worktree-wrong-branch' }],
    });
    expect(await checkWorktree(join(place, 'src'), 'other')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'worktree-wrong-place' }],
    });
  });

  it('sixteen are created at once', async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const modules = Array.from({ length: 16 }, (_, n) => `m${n}`);
    const made = unwrap(await createWorktrees(site, modules, 'HEAD'));
    for (const { place } of made) expect(git(place, 'status', '--porcelain')).toBe('');
    const known = unwrap(await listWorktrees(site, git(project, 'rev-parse', 'HEAD')));
    expect(known.map(({ module, state }) => `${module} ${state}`).sort()).toEqual(
      modules.map((module) => `${module} merged`).sort(),
    );
  });
});

describe('the paths that a branch changed', () => {
  it('are all paths that differ from its base, a rename with both names', async () => {
    const project = makeRepository({ 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
    const site = await makeSite(project);
    const { place, branch, base } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    git(place, 'mv', 'a.txt', 'näme\nwith line.txt');
    git(place, 'rm', '--quiet', 'b.txt');
    commit(place, { 'new file.txt': 'new' });
    commit(project, { 'c.txt': 'changed on main' });
    const paths = unwrap(await listBranchChanges(project, base, branch));
    expect(paths.sort()).toEqual(['a.txt', 'b.txt', 'new file.txt', 'näme\nwith line.txt']);
    expect(await listBranchChanges(project, 'nothing', branch)).toMatchObject({ ok: false, cause: 'input' });
  });
});
