import { join } from 'node:path';
import { buildStageCheckedEvent } from '../../run/ledger/events.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { mergeToBase } from '../../workspace/merge/base.io.ts';
import { mergeModule } from '../../workspace/merge/merge.io.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { describeBaseConflict } from '../machine/wording.ts';
import { IntegrationCheck, openVerifiedIntegration } from './merge.io.ts';

/**
 * Stage 6 after a human's approval: merges the approved commit into the base branch. If the base branch has new commits, they are
 * merged into the integration branch and tested, and the gate asks again.
 */
export async function shipToBase(engine: Engine, view: BuildView): Promise<void> {
  const { state } = view.snapshot;
  const { base, checks } = state.build;
  const approvedCommit = checks.get('ship')?.commit;
  if (!base || approvedCommit === undefined)
    throw new Error('shipping needs a base branch and an approved commit');
  const { branch } = base;
  const outcome = unwrap(
    await mergeToBase(engine.site, { base: branch, source: approvedCommit, onlyIfTested: true }),
  );
  if (outcome.state === 'shipped' || outcome.state === 'already')
    return recordEvents(engine, { type: 'shipped', base: branch, commit: approvedCommit });
  await mergeBaseIntoIntegration(engine, view, branch);
}

async function mergeBaseIntoIntegration(engine: Engine, view: BuildView, branch: string): Promise<void> {
  const integration = await openVerifiedIntegration(engine);
  const logPath = join(engine.dir, 'qc', 'integration-base.log');
  const outcome = unwrap(
    await mergeModule(integration, {
      module: branch,
      source: `refs/heads/${branch}`,
      message: `Merge new commits of ${branch}\n`,
      verify: new IntegrationCheck(engine, view, logPath).verify,
    }),
  );
  const shipperId = view.snapshot.state.build.checks.get('ship')?.by ?? '';
  if (outcome.state === 'merged' || outcome.state === 'already') {
    const commit = await readHeadCommit(integrationWorktree(engine.dir));
    return recordEvents(
      engine,
      buildStageCheckedEvent({
        stage: 'ship',
        by: shipperId,
        ok: true,
        hash: commit,
        commit,
        faults: [],
        remarks: [`${branch} has moved: what is new there is merged in, and the whole is tested again`],
      }),
    );
  }
  const fault =
    outcome.state === 'conflict'
      ? describeBaseConflict(branch, outcome.conflicts)
      : `${branch} has moved, and with it ${outcome.reason}: merge ${branch} into the integration worktree, fix it and commit`;
  recordEvents(engine, buildStageCheckedEvent({ stage: 'ship', by: shipperId, ok: false, faults: [fault] }));
}

/** Stage 7: merges the curated memory into the base branch. */
export async function mergeMemoryToBase(engine: Engine, view: BuildView): Promise<void> {
  const { checks, base } = view.snapshot.state.build;
  const commit = checks.get('curate')?.commit;
  if (!base || commit === undefined)
    throw new Error('merging the memory needs a base branch and a checked commit');
  const outcome = unwrap(await mergeToBase(engine.site, { base: base.branch, source: commit }));
  if (outcome.state === 'shipped' || outcome.state === 'already')
    return recordEvents(engine, { type: 'curated', commit });
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
