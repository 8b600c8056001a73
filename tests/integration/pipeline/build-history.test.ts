import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { commit, git } from '../../hazards/git-scratch.ts';

const built = findBuild();

describe('a build whose history changes', { timeout: 300_000 }, () => {
  it('builds a module again whose commits were lost, and names what a rewritten base branch brings back', async () => {
    const shop = new Shop(built.path, { modules: ['core'] });
    commit(shop.project, { 'extra.txt': 'extra\n' }, 'Add what is dropped later');
    shop.begin();
    shop.approve('architect');
    expect(await shop.killWhen(() => shop.events('module-examined').length > 0)).toBe(true);
    const [examined] = shop.events('module-examined');
    rmSync(join(shop.trees, 'core'), { recursive: true });
    git(shop.project, 'update-ref', '-d', `refs/heads/orchestration/${shop.run}/core`);
    git(shop.project, 'worktree', 'prune');
    git(shop.project, 'reflog', 'expire', '--expire=now', '--all');
    git(shop.project, 'gc', '--quiet', '--prune=now');
    const repaired = shop.call('worktree', 'repair', shop.run);
    expect(repaired).toMatchObject({ code: 0, stdout: expect.stringContaining('its work is lost') });
    expect(repaired.stdout).toContain(examined?.commit.slice(0, 12));
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.events('module-merged')).toHaveLength(1);

    const began = git(shop.project, 'rev-parse', 'main');
    git(shop.project, 'rm', '--quiet', 'extra.txt');
    git(shop.project, 'commit', '--quiet', '--amend', '-m', 'Rewritten', '--allow-empty');
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const page = shop.call('gate', 'show', 'ship', shop.run).stdout;
    expect(page).toContain('main was rewritten while the build ran: 1 commit');
    expect(page).toContain('Add what is dropped later');

    // The same files in a history of their own.
    const root = git(shop.project, 'commit-tree', '-m', 'Root', 'main^{tree}');
    git(shop.project, 'reset', '--quiet', '--hard', root);
    const told = JSON.parse(shop.call('run', shop.run, '--json').stdout);
    expect(told.diagnostics[0]).toMatchObject({ code: 'build-base-unrelated' });
    expect(told.diagnostics[0].message).toContain(began.slice(0, 12));
    const fix = told.diagnostics[0].fix.replace(/^.*again: /, '');
    execFileSync('sh', ['-c', fix], { stdio: 'ignore' });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
  });

  it('is not continued from another clone by mistake, and can be adopted there', () => {
    const shop = new Shop(built.path, { modules: ['core'] });
    shop.begin();
    const clone = join(shop.home, 'clone');
    git(shop.home, 'clone', '--quiet', shop.project, clone);
    git(clone, 'fetch', '--quiet', 'origin', 'refs/heads/orchestration/*:refs/heads/orchestration/*');
    git(clone, 'config', 'user.name', 'Ada');
    git(clone, 'config', 'user.email', 'ada@example.com');
    const events = shop.read('ledger.jsonl');
    for (const named of [[], [shop.run]]) {
      const told = JSON.parse(shop.callIn(clone, 'build', '--resume', ...named, '--json').stdout);
      expect(told.diagnostics[0]).toMatchObject({ code: 'build-elsewhere', target: shop.project });
      expect(told.diagnostics[0].fix).toContain(`sao run ${shop.run}`);
    }
    expect(shop.read('ledger.jsonl')).toBe(events);
    const runs = join(clone, '.git/sao-runs');
    const adopted = shop.callIn(clone, 'build', '--resume', shop.run, '--runs-dir', runs, '--json');
    expect(adopted.code).toBe(0);
    const { project } = JSON.parse(readFileSync(join(runs, shop.run, 'run.json'), 'utf8'));
    expect(project).toBe(clone);
  });
});
