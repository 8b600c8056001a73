import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { findMarkedProcesses } from '../../src/system/process/survivors.ts';
import { unwrap } from '../../src/system/result.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { removeWorktree } from '../../src/workspace/worktree/remove.io.ts';

import { startNode, type TalkingChild } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';
import { bundleEngine } from './git-bundle.ts';
import { commit, git, makeRepository, makeSite, RUN } from './git-scratch.ts';

const engine = bundleEngine();
afterAll(() => engine.remove());

const churner = join(import.meta.dirname, 'fixtures/git-churner.mjs');

/** Kills the process, and every second time also its git, so that git is cut off in one case and outlives its owner in the other. */
async function killSomewhere(child: TalkingChild, mark: string, round: number): Promise<void> {
  // At a random point of the operation.
  await sleep(Math.random() * 60);
  child.process.kill('SIGKILL');
  if (round % 2 === 0) for (const { pid } of findMarkedProcesses(mark)) process.kill(pid, 'SIGKILL');
  await child.ended;
}

describe('kill -9 in git worktree add and remove', () => {
  const kills = scaled(10, 1_000);
  it(`is recovered from, ${kills} times`, { timeout: 3_600_000 }, async () => {
    const project = makeRepository();
    commit(project, Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f/${n}.txt`, `${n}\n`])));
    const site = await makeSite(project);
    const args = [engine.path, project, dirname(site.builds), RUN, 'auth'];
    for (let round = 0; round < kills; round += 1) {
      const child = startNode(churner, args);
      const until = round % 4 === 3 ? 'remove' : 'create';
      for (let said = await child.nextLine(); said !== until; said = await child.nextLine())
        expect(said).toMatch(/^(?:create|remove)$/);
      await killSomewhere(child, site.repo.mark, round);
      const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
      expect(git(place, 'status', '--porcelain')).toBe('');
      if (round % 2 === 0) unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    }
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(git(project, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(git(project, 'branch', '--list', 'orchestration/*')).toBe('');
    expect(git(project, 'for-each-ref', 'refs/sao')).toBe('');
    const left = readdirSync(join(project, '.git'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => /^(?:refs|worktrees|index|HEAD|packed-refs).*\.lock$/.test(path))).toEqual(
      [],
    );
    expect(readdirSync(site.builds)).toEqual([]);
  });
});
