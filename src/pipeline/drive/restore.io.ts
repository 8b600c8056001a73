import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ContractTree, findTree } from '../../contract/tree.io.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readManifest, treesFolder } from '../../run/ledger/store.io.ts';
import { accept, catchExpectedError, type Result, unwrap } from '../../system/result.ts';
import { contains, examineTree, readTreeRecords } from '../../workspace/worktree/examine-tree.io.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { createRescueRef } from '../../workspace/worktree/rescue.io.ts';
import { restoreTree } from '../../workspace/worktree/restore-tree.io.ts';
import { openSite, type Site } from '../../workspace/worktree/site.io.ts';
import type { RestoredTree } from '../../workspace/worktree/tree-damage.ts';
import { expectedTrees } from '../machine/expected-trees.ts';

/** Restores the lost and damaged worktrees and branches of a build from the commits that its ledger names. Returns what it restored. */
export async function restoreTrees(site: Site, build: BuildState): Promise<RestoredTree[]> {
  const expected = expectedTrees(build);
  if (expected.length === 0) return [];
  const records = await readTreeRecords(site);
  const restored: RestoredTree[] = [];
  for (const tree of expected) {
    const { damage, tip } = await examineTree(site, tree, records);
    const { module, replaced } = tree;
    if (replaced !== undefined && tip !== undefined && !(await contains(site, tip, replaced)))
      await createRescueRef(site, module, replaced);
    const done = damage.length === 0 ? undefined : await restoreTree(site, tree);
    if (done) restored.push(done);
  }
  return restored;
}

/** Like `restoreTrees`, for the build in a run directory. */
export function restoreBuild(dir: string): Promise<Result<RestoredTree[]>> {
  return catchExpectedError(async () => {
    const { id: run, project } = unwrap(readManifest(dir));
    return await restoreTrees(unwrap(await openSite({ project, runDir: dir, run })), readRunState(dir).build);
  });
}

/** Like `findTree`, after lost and damaged worktrees of the build were restored. If that fails, files that are there are read all the same. */
export async function findRestoredTree(
  given: { root?: string | undefined; run?: string | undefined },
  choice: RootChoice,
): Promise<Result<ContractTree>> {
  const tree = findTree(given, choice);
  if (!tree.ok || tree.value.run === undefined || given.root !== undefined) return tree;
  const { dir } = tree.value.run;
  const restored = await restoreBuild(dir);
  if (restored.ok) return restored.value.length === 0 ? tree : findTree(given, choice);
  if (!existsSync(join(treesFolder(dir), INTEGRATION))) return restored;
  const doubts = restored.diagnostics.map((found) => ({ ...found, severity: 'warning' as const }));
  return accept(tree.value, [...tree.diagnostics, ...doubts]);
}
