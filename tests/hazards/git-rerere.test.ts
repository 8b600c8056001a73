import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktrees } from '../../src/workspace/worktree/create.io.ts';
import { commit, git, makeRepository, makeSite, tryGit } from './git-scratch.ts';

describe('a recorded resolution', () => {
  it('is not replayed: the conflict is reported', async () => {
    const project = makeRepository({ 'a.txt': 'base\n' });
    git(project, 'config', 'rerere.enabled', 'true');
    git(project, 'config', 'rerere.autoUpdate', 'true');
    const site = await makeSite(project);
    for (const { place, module } of unwrap(await createWorktrees(site, ['auth', 'pay'], 'main')))
      commit(place, { 'a.txt': `${module}\n` });
    recordWrongResolution(project, site.run);
    const integration = unwrap(await openIntegration(site, 'main'));
    unwrap(await mergeModule(integration, { module: 'auth' }));
    const outcome = unwrap(await mergeModule(integration, { module: 'pay' }));
    expect(outcome).toMatchObject({ state: 'conflict', conflicts: [{ path: 'a.txt' }] });
    expect(git(integration.place, 'show', 'HEAD:a.txt')).toBe('auth');
  });
});

/** Resolves the same conflict wrongly by hand, and shows that plain git then applies that resolution itself. */
function recordWrongResolution(project: string, run: string): void {
  git(project, 'switch', '--quiet', '-c', 'trial', `orchestration/${run}/auth`);
  tryGit(project, 'merge', `orchestration/${run}/pay`);
  commit(project, { 'a.txt': 'wrong\n' });
  git(project, 'reset', '--quiet', '--hard', `orchestration/${run}/auth`);
  tryGit(project, 'merge', `orchestration/${run}/pay`);
  expect(git(project, 'status', '--porcelain')).toBe('M  a.txt');
  git(project, 'merge', '--abort');
  git(project, 'switch', '--quiet', 'main');
}
