import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { startNode } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';
import { bundleEngine } from './git-bundle.ts';
import { git, makeRepository, makeSite, RUN } from './git-scratch.ts';

const engine = bundleEngine();
afterAll(() => engine.remove());

const creator = join(import.meta.dirname, 'fixtures/git-creator.mjs');
const PROCESSES = 8;

describe('git worktree add in parallel', () => {
  const rounds = scaled(1, 20);
  const each = scaled(4, 8);
  it(`${PROCESSES} × ${each} at once, ${rounds} times: none fails, no orphan`, {
    timeout: 900_000,
  }, async () => {
    const project = makeRepository();
    const site = await makeSite(project);
    const args = [engine.path, project, dirname(site.builds), RUN];
    const children = Array.from({ length: PROCESSES }, () => startNode(creator, args));
    for (const child of children) expect(await child.nextLine()).toBe('ready');
    for (let round = 0; round < rounds; round += 1) {
      const name = (p: number, n: number) => `m${round}-${p}-${n}`;
      for (const [p, child] of children.entries())
        child.tell(Array.from({ length: each }, (_, n) => name(p, n)).join(' '));
      for (const child of children) expect(await child.nextLine()).toBe('[]');
    }
    const count = rounds * each * PROCESSES;
    const trees = git(project, 'worktree', 'list', '--porcelain');
    expect(trees.match(/^branch refs\/heads\/orchestration\//gm)).toHaveLength(count);
    expect(git(project, 'branch', '--list', 'orchestration/*').split('\n')).toHaveLength(count);
    expect(trees).not.toMatch(/^(?:locked|prunable)/m);
    expect(readdirSync(site.repo.ours).filter((file) => !file.endsWith('.tmp'))).toEqual([]);
    expect(
      readdirSync(site.builds).filter((module) => !existsSync(join(site.builds, module, 'src/a.txt'))),
    ).toEqual([]);
  });
});
