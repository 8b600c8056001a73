import { join } from 'node:path';
import { buildStageCheckedEvent } from '../../run/ledger/events.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { mergeToBase, type ShipOrder } from '../../workspace/merge/base.io.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { deliverBranch, deliveryOf } from './deliver.io.ts';
import { mergeBaseIntoIntegration } from './merge-base.io.ts';

/**
 * Stage 6 after a human's approval: merges the approved commit into the base branch. If the base branch has new commits, they are
 * merged into the integration branch and tested, and the gate asks again.
 */
export async function shipToBase(engine: Engine, view: BuildView): Promise<void> {
  const { base, checks } = view.snapshot.state.build;
  const commit = checks.get('ship')?.commit;
  if (!base || commit === undefined) throw new Error('shipping needs a base branch and an approved commit');
  const delivery = deliveryOf(engine);
  if (delivery) await deliverBranch(engine, view, { ...delivery, commit });
  else if (!(await mergeCommit(engine, { base: base.branch, source: commit, onlyIfTested: true })))
    return await recheckWithBase(engine, view);
  recordEvents(engine, { type: 'shipped', base: base.branch, commit, ...(delivery ? { delivery } : {}) });
}

/** Merges a commit into the base branch. Returns whether it is there; false if the base branch has moved or conflicts. */
async function mergeCommit(engine: Engine, order: ShipOrder): Promise<boolean> {
  const { state } = unwrap(await mergeToBase(engine.site, order));
  return state === 'shipped' || state === 'already';
}

/** The base branch moved after the check: its new commits are merged in and tested, and the gate asks again. */
async function recheckWithBase(engine: Engine, view: BuildView): Promise<void> {
  const by = view.snapshot.state.build.checks.get('ship')?.by ?? '';
  const merge = await mergeBaseIntoIntegration(engine, view);
  recordEvents(engine, buildStageCheckedEvent({ stage: 'ship', by, ...merge }));
}

/** Stage 7: merges the curated memory into the base branch. */
export async function mergeMemoryToBase(engine: Engine, view: BuildView): Promise<void> {
  const { checks, base } = view.snapshot.state.build;
  const commit = checks.get('curate')?.commit;
  if (!base || commit === undefined)
    throw new Error('merging the memory needs a base branch and a checked commit');
  const delivery = deliveryOf(engine);
  if (delivery) await deliverBranch(engine, view, { ...delivery, commit });
  const isHome = delivery !== undefined || (await mergeCommit(engine, { base: base.branch, source: commit }));
  if (isHome) return recordEvents(engine, { type: 'curated', commit });
  const worktree = integrationWorktree(engine.dir);
  await mergeMemory(worktree, `refs/heads/${base.branch}`, engine.site.repo.ours);
  const by = checks.get('curate')?.by ?? '';
  const faults = [
    `${base.branch} has memory of others that conflicts with this one: they are joined line by line, so take out what is there twice or is wrong`,
  ];
  recordEvents(engine, buildStageCheckedEvent({ stage: 'curate', by, ok: false, faults }));
}

const MERGE_TIMEOUT_MS = 300_000;

/**
 * Merges a commit into a worktree's branch and keeps both sides of conflicts below `.orchestration`, line by line. A second call does
 * nothing. `folder`: where the temporary attributes file is written.
 */
export async function mergeMemory(worktree: string, commit: string, folder: string): Promise<void> {
  const attributesPath = join(folder, 'memory.attributes');
  writeAtomic(attributesPath, '.orchestration/** merge=union\n');
  const mergeOptions = ['--no-ff', '--no-edit', '--quiet', '-m', 'Join the memory with that of others\n'];
  const args = ['-c', `core.attributesFile=${attributesPath}`, 'merge', ...mergeOptions, commit];
  await askGit(worktree, args, { timeoutMs: MERGE_TIMEOUT_MS });
}
