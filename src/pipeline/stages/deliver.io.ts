import { join } from 'node:path';
import type { BranchDelivery } from '../../run/ledger/manifest.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { type Push, pushCommit } from '../../workspace/merge/push.io.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import { renderPullRequest } from '../machine/pull-request.ts';
import { describeBuild } from '../machine/report.ts';
import type { BuildView } from '../machine/step.ts';

/** The branch that a build ends in; undefined if it ends in a merge. */
export function deliveryOf({ dir }: Pick<Engine, 'dir'>): BranchDelivery | undefined {
  return unwrap(readManifest(dir)).delivery;
}

/**
 * Pushes the commit of a build that ends in a branch, and writes the text of its pull request. The base branch stays as it is. A later call moves
 * the branch forward.
 */
export async function deliverBranch(engine: Engine, view: BuildView, push: Push): Promise<void> {
  await pushCommit(engine.site.repo.directory, push);
  await writePullRequest(engine, view, push);
}

async function writePullRequest({ dir }: Engine, view: BuildView, { remote, branch }: Push): Promise<void> {
  const { base } = view.snapshot.state.build;
  const worktree = integrationWorktree(dir);
  const range = ['--end-of-options', `${base?.commit ?? 'HEAD'}...HEAD`];
  const stat = (await askGit(worktree, ['diff', '--shortstat', ...range])).trim();
  const text = renderPullRequest(describeBuild(view), { remote, branch, base: base?.branch ?? '', stat });
  writeAtomic(join(dir, 'pull-request.md'), text);
}
