import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../../src/system/result.ts';
import { mergeToBase } from '../../../../src/workspace/merge/base.io.ts';
import { openIntegration } from '../../../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../../../src/workspace/merge/merge.io.ts';
import { writeShippingNote } from '../../../../src/workspace/merge/shipping.io.ts';
import { beginTrial } from '../../../../src/workspace/merge/trial.io.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import {
  commit,
  fingerprint,
  git,
  makeRepository,
  makeSite,
  RUN,
  write,
} from '../../../hazards/git-scratch.ts';

async function prepare() {
  const project = makeRepository({ 'a.txt': 'one\n', 'b.txt': 'two\n' });
  const site = await makeSite(project);
  const integration = unwrap(await openIntegration(site, 'main'));
  commit(unwrap(await createWorktree(site, 'auth', 'main')).place, { 'auth.txt': 'auth', 'a.txt': 'more\n' });
  unwrap(await mergeModule(integration, { module: 'auth' }));
  return { project, site, tip: git(project, 'rev-parse', integration.branch) };
}

/** A tree with a file that the checkout does not have; the checkout and its index stay as they are. */
function otherTree(project: string): string {
  const place = `${project}-other`;
  git(project, 'worktree', 'add', '--quiet', '--detach', place, 'main');
  const tip = commit(place, { 'foreign.txt': 'foreign' });
  git(project, 'worktree', 'remove', '--force', place);
  return `${tip}^{tree}`;
}

describe('the merge to the base branch', () => {
  it('moves a clean checkout of the base forward; a second call does nothing', async () => {
    const { project, site, tip } = await prepare();
    write(project, { 'untracked.txt': 'mine' });
    const outcome = unwrap(await mergeToBase(site, { base: 'main' }));
    expect(outcome).toMatchObject({ state: 'shipped', isFastForward: true, checkout: project, commit: tip });
    expect(git(project, 'rev-parse', 'main')).toBe(tip);
    expect(git(project, 'status', '--porcelain')).toBe('?? untracked.txt');
    expect(unwrap(await mergeToBase(site, { base: 'main' }))).toMatchObject({ state: 'already' });
  });

  it('does not change a checkout of another branch', async () => {
    const { project, site, tip } = await prepare();
    git(project, 'switch', '--quiet', '-c', 'mine');
    write(project, { 'a.txt': 'changed' });
    const before = fingerprint(project);
    expect(unwrap(await mergeToBase(site, { base: 'main' }))).toMatchObject({
      state: 'shipped',
      checkout: null,
    });
    expect(fingerprint(project)).toEqual(before);
    expect(git(project, 'rev-parse', 'main')).toBe(tip);
  });

  it.each([
    ['changed', { 'b.txt': 'changed' }, 'ship-checkout-dirty'],
    ['in the way', { 'auth.txt': 'mine' }, 'ship-files-in-the-way'],
  ])('is rejected if files are %s, and the files stay', async (_, files, code) => {
    const { project, site } = await prepare();
    write(project, files);
    const before = fingerprint(project);
    expect(await mergeToBase(site, { base: 'main' })).toMatchObject({ ok: false, diagnostics: [{ code }] });
    expect(fingerprint(project)).toEqual(before);
  });

  it('names a branch that was moved without its checkout, and two ways out that work', async () => {
    const { project, site } = await prepare();
    const began = git(project, 'rev-parse', 'main');
    const foreign = git(project, 'commit-tree', '-p', 'main', '-m', 'Foreign', otherTree(project));
    git(project, 'update-ref', 'refs/heads/main', foreign);
    const told = await mergeToBase(site, { base: 'main' });
    expect(told).toMatchObject({ ok: false, diagnostics: [{ code: 'ship-branch-moved-under-checkout' }] });
    const fix = told.diagnostics[0]?.fix ?? '';
    expect(fix).toContain(`update-ref refs/heads/main ${began}`);
    expect(fix).toContain('reset --hard');
    git(project, 'update-ref', 'refs/heads/main', began);
    expect(unwrap(await mergeToBase(site, { base: 'main' }))).toMatchObject({ state: 'shipped' });
  });

  it('says of a moved branch nothing about its checkout if files there were changed too', async () => {
    const { project, site } = await prepare();
    const foreign = git(project, 'commit-tree', '-p', 'main', '-m', 'Foreign', otherTree(project));
    git(project, 'update-ref', 'refs/heads/main', foreign);
    write(project, { 'b.txt': 'changed' });
    const told = await mergeToBase(site, { base: 'main' });
    expect(told).toMatchObject({ ok: false, diagnostics: [{ code: 'ship-checkout-dirty' }] });
  });

  it('creates a merge commit if the base has moved, unless onlyIfTested is set', async () => {
    const { project, site } = await prepare();
    const moved = commit(project, { 'c.txt': 'meanwhile' });
    expect(unwrap(await mergeToBase(site, { base: 'main', onlyIfTested: true }))).toMatchObject({
      state: 'base-moved',
    });
    const outcome = unwrap(await mergeToBase(site, { base: 'main' }));
    expect(outcome).toMatchObject({ state: 'shipped', isFastForward: false, before: moved });
    expect(git(project, 'show', 'main:auth.txt')).toBe('auth');
    expect(git(project, 'show', 'main:c.txt')).toBe('meanwhile');
  });

  it('is rejected at a conflict, and during a rebase of the base', async () => {
    const { project, site } = await prepare();
    git(project, 'switch', '--quiet', '-c', 'other');
    commit(project, { 'a.txt': 'other\n' });
    git(project, 'switch', '--quiet', 'main');
    commit(project, { 'a.txt': 'meanwhile\n' });
    const outcome = unwrap(await mergeToBase(site, { base: 'main' }));
    expect(outcome).toMatchObject({ state: 'conflict', conflicts: [{ path: 'a.txt' }] });
    git(project, 'reset', '--quiet', '--hard', 'main~1');
    commit(project, { 'b.txt': 'x\n' });
    git(project, 'branch', '--quiet', '-f', 'clash', 'other');
    git(project, 'switch', '--quiet', 'clash');
    commit(project, { 'b.txt': 'y\n' });
    git(project, 'switch', '--quiet', 'main');
    expect(() => git(project, 'rebase', 'clash')).toThrow();
    const busy = await mergeToBase(site, { base: 'main' });
    expect(busy).toMatchObject({ ok: false, diagnostics: [{ code: 'ship-base-busy' }] });
  });

  it('does not ship an unverified merge', async () => {
    const { project, site, tip } = await prepare();
    const trial = git(project, 'commit-tree', '-p', tip, '-m', 'Trial', 'main^{tree}');
    await beginTrial(site, { before: tip, commit: trial });
    expect(unwrap(await mergeToBase(site, { base: 'main' }))).toMatchObject({
      state: 'shipped',
      commit: tip,
    });
  });

  it('is completed after its process was killed during the move', async () => {
    const { project, site, tip } = await prepare();
    const before = git(project, 'rev-parse', 'main');
    writeShippingNote(site, { base: 'main', before, commit: tip, place: project });
    write(project, { 'auth.txt': 'au', 'a.txt': 'more\n' });
    writeFileSync(join(project, '.git/index.lock'), '');
    expect(unwrap(await mergeToBase(site, { base: 'main' }))).toMatchObject({
      state: 'shipped',
      commit: tip,
    });
    expect(git(project, 'status', '--porcelain')).toBe('');
    expect(git(project, 'show', `refs/sao/rescue/${RUN}/checkout/1:auth.txt`)).toBe('au');
  });
});
