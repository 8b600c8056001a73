import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/system/process/ancestry.ts';
import { listPids } from '../../src/system/process/proc.ts';
import { unwrap } from '../../src/system/result.ts';
import { createWorktrees } from '../../src/workspace/worktree/create.io.ts';
import { startNode, type TalkingChild } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';
import { bundleEngine } from './git-bundle.ts';
import { commit, git, makeRepository, makeSite, RUN } from './git-scratch.ts';

const engine = bundleEngine();
afterAll(() => engine.remove());

const assembler = join(import.meta.dirname, 'fixtures/git-assembler.mjs');
const MODULES = ['auth', 'mail', 'pay', 'web'];

/** Kills the assembler after a number of its lines, and every second time also the git process that it runs. */
async function killAfter(child: TalkingChild, lines: number, mark: string | undefined): Promise<boolean> {
  for (let n = 0; n < lines; n += 1) if ((await child.nextLine()) === undefined) return false;
  await sleep(Math.random() * 40);
  child.process.kill('SIGKILL');
  const isOurs = (pid: number) => readEnvironment(pid).some((entry) => entry.includes(mark ?? '\0'));
  if (mark !== undefined && process.platform === 'linux')
    for (const pid of listPids().filter(isOurs)) kill(pid);
  await child.ended;
  return true;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

describe('kill -9 in an assembly and in the merge to the base branch', () => {
  const rounds = scaled(1, 12);
  it(`produces the same tree, ${rounds} × 11 kills`, { timeout: 3_600_000 }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const project = makeRepository();
      const site = await makeSite(project);
      const trees = unwrap(await createWorktrees(site, MODULES, 'main'));
      for (const { place, module } of trees)
        commit(
          place,
          Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${module}/${n}.txt`, `${n}\n`])),
        );
      const args = [engine.path, project, dirname(site.builds), RUN, ...MODULES];
      for (let lines = 1; lines <= 11; lines += 1)
        await killAfter(
          startNode(assembler, args),
          lines,
          (lines + round) % 2 === 0 ? site.repo.mark : undefined,
        );
      const last = startNode(assembler, args);
      expect((await last.ended).code).toBe(0);
      expect(git(project, 'status', '--porcelain')).toBe('');
      const files = git(project, 'ls-tree', '-r', '--name-only', 'main').split('\n');
      expect(files).toHaveLength(2 + MODULES.length * 60);
      const merges = git(project, 'log', '--first-parent', '--merges', '--format=%s', 'main').split('\n');
      expect(merges.map((subject) => subject.split(' ')[1]).sort()).toEqual(MODULES);
      expect(git(project, 'fsck', '--connectivity-only', '--no-dangling')).toBe('');
      expect(readdirSync(site.repo.ours).filter((name) => name.endsWith('.json'))).toEqual([]);
    }
  });
});
