import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ContractTree, findTree } from '../../contract/tree.io.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { buildModuleBegunEvent, buildModuleExaminedEvent } from '../../run/ledger/events.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, readManifest, treesFolder } from '../../run/ledger/store.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { accept, catchExpectedError, type Result, unwrap } from '../../system/result.ts';
import { containsCommit, examineTree, readTreeRecords } from '../../workspace/worktree/examine-tree.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { createRescueRef } from '../../workspace/worktree/rescue.io.ts';
import { restoreTree } from '../../workspace/worktree/restore-tree.io.ts';
import { openSite, type Site } from '../../workspace/worktree/site.io.ts';
import type { ExpectedTree, RestoredTree } from '../../workspace/worktree/tree-damage.ts';
import { expectedTrees } from '../machine/expected-trees.ts';
import { lostText } from '../machine/wording.ts';
import { buildModuleJudgedEvent } from '../qc/judge-module.ts';

/** Restores the lost and damaged worktrees and branches of a build from the commits that its ledger names. Returns what it restored. */
export async function restoreTrees(site: Site, build: BuildState): Promise<RestoredTree[]> {
  if (expectedTrees(build).length === 0) return [];
  const lost = await giveUpLostCommits(site, build);
  const expected = expectedTrees(lost.size === 0 ? build : readRunState(site.runDir).build);
  const records = await readTreeRecords(site);
  const restored: RestoredTree[] = [];
  for (const tree of expected) {
    const { damage, tip } = await examineTree(site, tree, records);
    const { module } = tree;
    await keepReplaced(site, tree, tip);
    const done = damage.length === 0 ? undefined : await restoreTree(site, tree);
    const commit = lost.get(module);
    if (done) restored.push({ ...done, ...(commit === undefined ? {} : { lost: commit }) });
  }
  return restored;
}

/** Keeps a commit under a rescue ref that a later builder has taken out of its branch. */
async function keepReplaced(
  site: Site,
  { module, replaced }: ExpectedTree,
  tip: string | undefined,
): Promise<void> {
  if (replaced === undefined || tip === undefined || (await containsCommit(site, tip, replaced))) return;
  if ((await findCommit(site.repo.directory, replaced)) !== undefined)
    await createRescueRef(site, module, replaced);
}

/**
 * Gives up commits of modules that are in the repository no more, for example after `git gc --prune=now` without their branch: QC then finds
 * nothing committed, and the module is built again from its base. Returns the lost commits by module.
 */
async function giveUpLostCommits(site: Site, { modules }: BuildState): Promise<Map<string, string>> {
  const lost = new Map<string, string>();
  for (const [module, { base, examined, judged, merged }] of modules) {
    const isGone = examined && (await findCommit(site.repo.directory, examined.commit)) === undefined;
    if (!isGone || base === undefined || merged?.source === examined.commit) continue;
    const start = await findStart(site, [merged?.source, base]);
    if (start === undefined) continue;
    const { builder, commit } = examined;
    const events: RunEvent[] = [
      ...(start === base || start === merged?.source ? [] : [buildModuleBegunEvent({ module, base: start })]),
      buildModuleExaminedEvent({ module, builder, commit: start }),
    ];
    if (judged?.verdict === 'pass')
      events.push(
        buildModuleJudgedEvent({
          ...{ module, builder, by: judged.by, verdict: 'fail-major' as const, commit: start },
          ...{ reasons: [lostText.reason(commit)], findings: [lostText.finding(commit)], backlog: [] },
        }),
      );
    appendEvents(site.runDir, events, new Date());
    lost.set(module, commit);
  }
  return lost;
}

/** The commit that a module is built from again: the first that exists, or else the head of the integration branch. */
async function findStart(site: Site, commits: readonly (string | undefined)[]): Promise<string | undefined> {
  const { directory } = site.repo;
  for (const commit of commits)
    if (commit !== undefined && (await findCommit(directory, commit)) !== undefined) return commit;
  return await findCommit(directory, `refs/heads/${branchOf(site.run, INTEGRATION)}`);
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
