import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../../src/system/result.ts';
import { openIntegration } from '../../../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../../../src/workspace/merge/merge.io.ts';
import { predictMerge } from '../../../../src/workspace/merge/predict.io.ts';
import { beginTrial } from '../../../../src/workspace/merge/trial.io.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import { commit, git, makeRepository, makeSite, write } from '../../../hazards/git-scratch.ts';

async function prepare(modules: Record<string, Record<string, string>>) {
  const project = makeRepository({ 'a.txt': 'one\n', 'b.txt': 'two\n' });
  const site = await makeSite(project);
  const integration = unwrap(await openIntegration(site, 'main'));
  for (const [module, files] of Object.entries(modules))
    commit(unwrap(await createWorktree(site, module, 'main')).place, files);
  return { project, site, integration };
}

describe('a module that is merged', () => {
  it('becomes one merge commit with its name, and is skipped if it is merged already', async () => {
    const { project, integration } = await prepare({ auth: { 'auth.txt': 'auth' } });
    const outcome = unwrap(await mergeModule(integration, { module: 'auth' }));
    expect(outcome).toMatchObject({ state: 'merged', before: integration.head });
    expect(git(project, 'log', '-1', '--format=%s', integration.branch)).toMatch(/^Merge auth \(run /);
    expect(git(project, 'rev-parse', `${integration.branch}^2`)).toBe(outcome.source);
    expect(git(integration.place, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(integration.place, 'auth.txt'), 'utf8')).toBe('auth');
    expect(unwrap(await mergeModule(integration, { module: 'auth' }))).toMatchObject({ state: 'already' });
  });

  it('is rolled back if its check fails or throws, and earlier merges stay', async () => {
    const { project, integration } = await prepare({ auth: { 'auth.txt': '1' }, pay: { 'pay.txt': '2' } });
    const first = unwrap(await mergeModule(integration, { module: 'auth' }));
    const seen: boolean[] = [];
    const verify = async (place: string) => {
      seen.push(existsSync(join(place, 'pay.txt')));
      write(place, { 'a.txt': 'left by the tests' });
      return { ok: false, reason: 'red' } as const;
    };
    const second = unwrap(await mergeModule(integration, { module: 'pay', verify }));
    expect(second).toMatchObject({ state: 'rolled-back', reason: 'red' });
    const crash = () => Promise.reject(new Error('boom'));
    await expect(mergeModule(integration, { module: 'pay', verify: crash })).rejects.toThrow('boom');
    expect(seen).toEqual([true]);
    const head = git(project, 'rev-parse', integration.branch);
    expect(first).toMatchObject({ commit: head });
    expect(git(integration.place, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(integration.place, 'pay.txt'))).toBe(false);
  });

  it('that conflicts changes nothing and names path and kind', async () => {
    const { project, integration } = await prepare({ auth: { 'a.txt': 'auth' }, pay: { 'a.txt': 'pay' } });
    unwrap(await mergeModule(integration, { module: 'auth' }));
    const head = git(project, 'rev-parse', integration.branch);
    const outcome = unwrap(await mergeModule(integration, { module: 'pay' }));
    expect(outcome).toMatchObject({ state: 'conflict', conflicts: [{ path: 'a.txt', kind: 'contents' }] });
    expect(git(project, 'rev-parse', integration.branch)).toBe(head);
    expect(git(integration.place, 'status', '--porcelain')).toBe('');
  });

  it('without a branch is rejected', async () => {
    const { integration } = await prepare({});
    const result = await mergeModule(integration, { module: 'none' });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'merge-no-source' }] });
  });
});

describe('an assembly that was killed', () => {
  it('rolls back the unverified merge', async () => {
    const { site, project, integration } = await prepare({ auth: { 'auth.txt': 'auth' } });
    const merged = git(
      project,
      'commit-tree',
      '-p',
      'main',
      '-m',
      'Trial',
      `orchestration/${site.run}/auth^{tree}`,
    );
    await beginTrial(site, { before: integration.head, commit: merged });
    writeFileSync(join(project, '.git/worktrees/integration/index.lock'), '');
    expect(git(project, 'rev-parse', integration.branch)).toBe(merged);
    const again = unwrap(await openIntegration(site, 'main'));
    expect(again).toMatchObject({ rolledBack: true, head: integration.head });
    expect(unwrap(await mergeModule(again, { module: 'auth' }))).toMatchObject({ state: 'merged' });
  });

  it('rescues uncommitted changes in the integration worktree', async () => {
    const { site, project, integration } = await prepare({});
    write(integration.place, { 'a.txt': 'unfinished' });
    const { rescued } = unwrap(await openIntegration(site, 'main'));
    expect(git(project, 'show', `${rescued[0]}:a.txt`)).toBe('unfinished');
    expect(git(integration.place, 'status', '--porcelain')).toBe('');
  });
});

describe('a prediction', () => {
  it('of a missing commit is rejected, and not reported as a conflict', async () => {
    const project = makeRepository();
    for (const [ours, theirs] of [
      ['main', 'nothing'],
      ['nothing', 'main'],
      ['main', '--stdin'],
    ] as const) {
      const result = await predictMerge(project, ours, theirs);
      expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'merge-bad-commit' }] });
    }
  });
});
