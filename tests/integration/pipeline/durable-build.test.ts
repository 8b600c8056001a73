import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanRoot } from '../../../src/maintenance/remove.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { commitsOfRun, DAMAGE, missingCommits } from '../../harness/tree-damage.ts';
import { git } from '../../hazards/git-scratch.ts';

const built = findBuild();
const DAY_MS = 86_400_000;

// One build from its description to the removal of its run: each test continues where the one before it ended.
describe('a build without a chosen folder for runs', { timeout: 300_000 }, () => {
  const shop = new Shop(built.path, { place: 'durable', modules: ['core'], lifetime: 'kept' });
  let trees = '';
  const commits: string[] = [];
  afterAll(() => {
    if (trees !== '') rmSync(dirname(trees), { recursive: true, force: true });
    shop.discard();
  });

  const damage = (kind: string) =>
    DAMAGE[kind]?.({ project: shop.project, trees: shop.trees, run: shop.run, module: 'integration' });
  const codeOf = (...args: string[]) => {
    const { stdout } = shop.callWarm('build', ...args, '--json');
    return (JSON.parse(stdout) as { diagnostics: { code: string }[] }).diagnostics[0]?.code;
  };

  it('keeps its ledger, plan and prompts in the user’s state folder, and its worktrees in the usual runs root', () => {
    expect(shop.begin().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    trees = shop.trees;
    expect(trees).toMatch(new RegExp(`^/tmp/orchestration(?:-\\d+)?/\\.trees/${shop.run}/builds$`));
    for (const name of ['run.json', 'ledger.jsonl', 'plan.json', 'prompts'])
      expect(existsSync(join(shop.dir, name))).toBe(true);
    expect(existsSync(join(trees, 'integration', '.git'))).toBe(true);
    // Nothing of a run is in the repository's status.
    expect(git(shop.project, 'status', '--porcelain', '--ignored')).toBe('');
  });

  it('is found by every command without a folder, and in the list', () => {
    for (const args of [
      ['status'],
      ['worktree', 'list'],
      ['contract', 'check'],
      ['status', shop.run.slice(0, 15)],
    ])
      expect([args, shop.callWarm(...args)]).toMatchObject([args, { code: 0 }]);
    expect(shop.callWarm('list').stdout).toContain(shop.run);
    expect(shop.callWarm('session').stdout).toContain(`Unfinished here: ${shop.run}`);
  });

  it('continues after its worktrees were removed at a gate', async () => {
    commits.push(...commitsOfRun(shop.project, shop.run));
    // There are no training pairs before the gate.
    for (const [code, ...args] of [
      [0, 'contract', 'show'],
      [0, 'conflict', 'list'],
      [1, 'training', 'check'],
    ] as const) {
      damage('all worktrees of the run are removed');
      expect([args, shop.callWarm(...args).code, existsSync(shop.integration)]).toEqual([args, code, true]);
    }
    damage('all worktrees of the run are removed');
    shop.approve('architect');
    expect(await shop.killWhen(() => shop.events('module-merged').length > 0)).toBe(true);
    expect(missingCommits(shop.project, commits)).toEqual([]);
  });

  it('is adopted from its branches on another clone, without its run directory and worktrees, from the last merged module', () => {
    const started = shop.started().length;
    commits.push(...commitsOfRun(shop.project, shop.run));
    const tips = () => git(shop.project, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads');
    const before = tips();
    for (const folder of [shop.runs, dirname(trees)]) rmSync(folder, { recursive: true });
    for (const name of ['status', 'doctor']) {
      const { stdout, stderr } = shop.callWarm(name);
      expect(`${stdout}${stderr}`).toContain(`sao build --resume ${shop.run}`);
    }
    const origin = `${shop.project}-origin`;
    renameSync(shop.project, origin);
    git(shop.home, 'clone', '--quiet', origin, shop.project);
    git(shop.project, 'config', 'user.name', 'Ada');
    git(shop.project, 'config', 'user.email', 'ada@example.com');
    expect(shop.resume().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(tips()).toBe(before);
    expect(git(shop.project, 'status', '--porcelain')).toBe('');
    // No approval is adopted: the gate asks again.
    expect(shop.events('gate-approved')).toEqual([]);
    expect(shop.callWarm('gate', 'show', 'architect').stdout).toContain('adopted from its branches');
    // A second call finds the run that the first one made.
    expect(shop.callWarm('build', '--resume', '--json').stdout).toContain(shop.run);
    shop.approve('architect');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.callWarm('gate', 'show', 'ship').stdout).toMatch(/adopted .* of core the reviews are lost/);
    const again = shop.started().slice(started);
    for (const id of ['architect', 'trainer', 'scaffold', 'build-core', 'qc-core'])
      expect(again).not.toContain(id);
    expect(again).toContain('shipper');
  });

  it('ships what it built, although its integration branch and worktree were damaged at the gate', () => {
    commits.push(...commitsOfRun(shop.project, shop.run));
    damage('the branch is rewritten');
    damage('the .git file is garbage');
    shop.approve('ship');
    expect(shop.carryOn()).toMatchObject({ code: 0, step: { kind: 'done' } });
    expect(git(shop.project, 'show', 'main:src/core/test.mjs')).toContain('core');
    expect(missingCommits(shop.project, commits)).toEqual([]);
    expect(git(shop.project, 'fsck', '--connectivity-only')).not.toMatch(/error|missing/);
  });

  it('is removed with its worktrees, also if some of them are lost', async () => {
    rmSync(join(trees, 'core'), { recursive: true, force: true });
    const rule = { now: Date.now() + 10 * DAY_MS, olderThanMs: DAY_MS, abandoned: false };
    const entries = await cleanRoot(shop.runs, rule, 'remove', dirname(dirname(dirname(trees))));
    expect(entries.find(({ name }) => name === shop.run)).toMatchObject({ kept: null });
    expect(existsSync(shop.dir)).toBe(false);
    expect(existsSync(dirname(trees))).toBe(false);
    expect(git(shop.project, 'branch', '--list', 'orchestration/*')).toBe('');
  });

  it('is not resumed if nothing of it is left or no such build is there, and a new one needs a description', () => {
    // The clone still has the branches of its origin, whose commits are in the base branch now.
    expect(codeOf('--resume', shop.run)).toBe('build-nothing-left');
    expect(codeOf('--resume', '20200101-000000-aaaaaaaa')).toBe('build-not-found');
    expect(codeOf('--resume')).toBe('build-not-found');
    expect(codeOf()).toBe('usage');
  });
});
