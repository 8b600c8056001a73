import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../../src/system/result.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import { pruneWorktrees, repairWorktrees } from '../../../../src/workspace/worktree/prune.io.ts';
import { moveAside } from '../../../../src/workspace/worktree/removal.io.ts';
import { removeWorktree } from '../../../../src/workspace/worktree/remove.io.ts';
import { describeRescue, listRescues } from '../../../../src/workspace/worktree/rescues.io.ts';
import { commit, git, makeRepository, makeSite, RUN, tryGit, write } from '../../../hazards/git-scratch.ts';

async function prepare() {
  const project = makeRepository();
  const site = await makeSite(project);
  const tree = unwrap(await createWorktree(site, 'auth', 'main'));
  return { project, site, tree };
}

const REF = `refs/sao/rescue/${RUN}/auth/1`;

describe('a worktree that is removed', () => {
  it('needs no rescue when its work is in the target', async () => {
    const { project, site, tree } = await prepare();
    commit(tree.place, { 'src/auth.txt': 'auth' });
    git(project, 'merge', '--quiet', '--no-ff', '-m', 'Merge', tree.branch);
    const removed = unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(removed).toMatchObject({ rescued: [], existed: true });
    expect(existsSync(tree.place)).toBe(false);
    expect(readdirSync(site.builds)).toEqual([]);
    expect(tryGit(project, 'rev-parse', '--verify', tree.branch).code).not.toBe(0);
    expect(git(project, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('keeps commits, staged, changed and new files under one ref', async () => {
    const { project, site, tree } = await prepare();
    const head = commit(tree.place, { 'src/auth.txt': 'committed' });
    write(tree.place, { 'src/auth.txt': 'staged' });
    git(tree.place, 'add', '--all');
    write(tree.place, { 'src/auth.txt': 'changed', 'new.txt': 'new' });
    const removed = unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(removed.rescued).toEqual([REF]);
    expect(git(project, 'show', `${REF}:src/auth.txt`)).toBe('changed');
    expect(git(project, 'show', `${REF}:new.txt`)).toBe('new');
    expect(git(project, 'rev-parse', `${REF}^1`)).toBe(head);
    expect(git(project, 'show', `${REF}^2:src/auth.txt`)).toBe('staged');
  });

  it('keeps commits that were amended and reset away', async () => {
    const { project, site, tree } = await prepare();
    const first = commit(tree.place, { 'a.txt': '1' });
    const second = commit(tree.place, { 'b.txt': '2' });
    git(tree.place, 'reset', '--quiet', '--hard', first);
    write(tree.place, { 'a.txt': '3' });
    git(tree.place, 'commit', '--quiet', '--all', '--amend', '-m', 'Amended');
    const amended = git(tree.place, 'rev-parse', 'HEAD');
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    const parents = git(project, 'show', '--no-patch', '--format=%P', REF).split(' ');
    expect(parents.sort()).toEqual([amended, second].sort());
  });

  it('keeps a detached commit, and the commits of a missing directory', async () => {
    const { project, site, tree } = await prepare();
    git(tree.place, 'switch', '--quiet', '--detach');
    const head = commit(tree.place, { 'a.txt': '1' });
    rmSync(tree.place, { recursive: true });
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(git(project, 'rev-parse', REF)).toBe(head);
  });

  it('keeps its branch with keepBranch', async () => {
    const { project, site, tree } = await prepare();
    const head = commit(tree.place, { 'a.txt': '1' });
    const removed = unwrap(await removeWorktree(site, 'auth', { target: 'main', keepBranch: true }));
    expect(removed.rescued).toEqual([]);
    expect(git(project, 'rev-parse', tree.branch)).toBe(head);
  });

  it('is rejected if it is locked, or if its branch is checked out elsewhere', async () => {
    const { project, site, tree } = await prepare();
    git(project, 'worktree', 'lock', '--reason', 'mine', tree.place);
    const locked = await removeWorktree(site, 'auth', { target: 'main' });
    expect(locked).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-locked' }] });
    git(project, 'worktree', 'unlock', tree.place);
    git(tree.place, 'switch', '--quiet', '--detach');
    git(project, 'switch', '--quiet', tree.branch);
    const used = await removeWorktree(site, 'auth', { target: 'main' });
    expect(used).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-branch-elsewhere' }] });
    expect(existsSync(tree.place)).toBe(true);
  });

  it('is rescued if the target is its own branch or an object id', async () => {
    const { project, site, tree } = await prepare();
    const head = commit(tree.place, { 'a.txt': '1' });
    unwrap(await removeWorktree(site, 'auth', { target: tree.branch }));
    expect(git(project, 'rev-parse', REF)).toBe(head);
    const again = unwrap(await createWorktree(site, 'pay', head));
    const next = commit(again.place, { 'b.txt': '2' });
    const { rescued } = unwrap(await removeWorktree(site, 'pay', { target: next }));
    expect(git(project, 'rev-parse', rescued[0] ?? '')).toBe(next);
  });

  it('with an incomplete checkout creates no rescue ref', async () => {
    const { project, site, tree } = await prepare();
    rmSync(`${project}/.git/worktrees/auth/index`);
    rmSync(`${tree.place}/src/a.txt`);
    expect(unwrap(await removeWorktree(site, 'auth', { target: 'main' })).rescued).toEqual([]);
  });

  it('keeps ignored files, and names those that tools rebuild', async () => {
    const { project, site, tree } = await prepare();
    commit(tree.place, { '.gitignore': 'out/\n*.log\nnode_modules\ncache/\n.env\n' });
    git(project, 'merge', '--quiet', '--ff-only', tree.branch);
    write(tree.place, {
      'out/x': 'x',
      'a.log': 'log',
      '.env': 'KEY=1',
      'node_modules/x/index.js': '',
      'packages/a/node_modules/y.js': '',
      'cache/CACHEDIR.TAG': '',
      'cache/big': '',
      ':(top)*.log': 'strange',
      'out/copied': 'COPIED=1',
    });
    // A copy of what the user's checkout has is not lost.
    write(project, { 'out/copied': 'COPIED=1', 'a.log': 'another log' });
    const removed = unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(removed.ignored.sort()).toEqual(['cache/', 'node_modules/', 'packages/a/node_modules/']);
    expect(git(project, 'diff', '--name-only', 'main', REF).split('\n')).toEqual([
      '.env',
      ':(top)*.log',
      'a.log',
      'out/x',
    ]);
  });

  it('keeps ignored files of a HEAD that was detached and left, and its commits', async () => {
    const { project, site, tree } = await prepare();
    git(tree.place, 'switch', '--quiet', '--detach');
    const left = commit(tree.place, { '.gitignore': '*.log\n', 'left.txt': 'left' });
    write(tree.place, { 'a.log': 'log' });
    git(tree.place, 'switch', '--quiet', tree.branch);
    const { rescued } = unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(rescued).toEqual([REF]);
    expect(git(project, 'merge-base', '--is-ancestor', left, REF)).toBe('');
    expect(git(project, 'show', `${REF}:a.log`)).toBe('log');
  });

  it('stays if it has more ignored files than a rescue keeps', async () => {
    const { site, tree } = await prepare();
    commit(tree.place, { '.gitignore': '*.bin\n' });
    writeFileSync(join(tree.place, 'big.bin'), '');
    truncateSync(join(tree.place, 'big.bin'), 201 * 1024 * 1024);
    expect(await removeWorktree(site, 'auth', { target: 'main' })).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'worktree-ignored-too-large', target: tree.place }],
    });
    expect(existsSync(join(tree.place, 'big.bin'))).toBe(true);
  });

  it('stays with a nested repository without a commit, and the fix names its own path', async () => {
    const { site, tree } = await prepare();
    git(tree.place, 'init', '--quiet', 'nested');
    write(tree.place, { 'nested/new.txt': 'new' });
    const removed = await removeWorktree(site, 'auth', { target: 'main' });
    expect(removed.ok).toBe(false);
    const text = JSON.stringify(removed);
    expect(text).toContain(tree.place);
    expect(text).not.toContain('.removing-auth');
    expect(existsSync(join(tree.place, 'nested/new.txt'))).toBe(true);
  });

  it('a second time is no error', async () => {
    const { site } = await prepare();
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(unwrap(await removeWorktree(site, 'auth', { target: 'main' }))).toMatchObject({ existed: false });
  });

  it('can be restored by the command that the list of rescues shows', async () => {
    const { project, site, tree } = await prepare();
    write(tree.place, { 'src/a.txt': 'changed', 'new.txt': 'new' });
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    const [found] = unwrap(await listRescues(project, RUN.slice(0, 8)));
    expect(found).toMatchObject({ ref: REF, run: RUN, module: 'auth', n: 1 });
    git(project, ...(found?.restore.slice(3) ?? []));
    expect(git(project, 'show', 'rescued/auth-1-0a1b2c3d:new.txt')).toBe('new');
    expect(unwrap(await describeRescue(project, REF)).sort()).toEqual(['A new.txt', 'M src/a.txt']);
    expect(unwrap(await listRescues(project, '1999'))).toEqual([]);
  });
});

describe('an interrupted removal', () => {
  it('is undone if it did not reach the rescue', async () => {
    const { site, tree } = await prepare();
    write(tree.place, { 'new.txt': 'new' });
    moveAside(site, 'auth');
    expect(unwrap(await repairWorktrees(site))).toEqual([
      { module: 'auth', what: 'put back after an interrupted removal' },
    ]);
    expect(existsSync(`${tree.place}/new.txt`)).toBe(true);
  });
});

describe('pruning', () => {
  it('removes merged worktrees and keeps others; with all, rescues and removes the others', async () => {
    const { project, site, tree } = await prepare();
    unwrap(await createWorktree(site, 'open', 'main'));
    unwrap(await createWorktree(site, 'merged', 'main'));
    commit(`${site.builds}/open`, { 'o.txt': 'o' });
    write(tree.place, { 'new.txt': 'new' });
    const first = unwrap(await pruneWorktrees(site, { target: 'main', all: false }));
    expect(first.removed.map(({ module }) => module)).toEqual(['merged']);
    expect(first.kept.map(({ module }) => module).sort()).toEqual(['auth', 'open']);
    git(project, 'worktree', 'lock', tree.place);
    const locked = unwrap(await pruneWorktrees(site, { target: 'main', all: true }));
    expect(locked.kept).toEqual([{ module: 'auth', reason: 'it is locked' }]);
    git(project, 'worktree', 'unlock', tree.place);
    const second = unwrap(await pruneWorktrees(site, { target: 'main', all: true }));
    expect([...locked.removed, ...second.removed].flatMap(({ rescued }) => rescued).sort()).toEqual([
      REF,
      `refs/sao/rescue/${RUN}/open/1`,
    ]);
    expect(git(project, 'branch', '--list', 'orchestration/*')).toBe('');
  });

  it('keeps a worktree with a new file even if the user configured git not to show it', async () => {
    const { project, site, tree } = await prepare();
    git(project, 'config', 'status.showUntrackedFiles', 'no');
    write(tree.place, { 'new.txt': 'new' });
    const pruned = unwrap(await pruneWorktrees(site, { target: 'main', all: false }));
    expect(pruned.kept.map(({ module }) => module)).toEqual(['auth']);
  });
});
