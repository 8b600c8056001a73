import { join } from 'node:path';
import type { BuildEvent } from '../../run/ledger/build-events.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { unwrap } from '../../system/result.ts';
import { mergeModule } from '../../workspace/merge/merge.io.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { baseMergeText, describeBaseConflict } from '../machine/wording.ts';
import { IntegrationCheck, openVerifiedIntegration } from './merge.io.ts';

type StageCheckedEvent = Extract<BuildEvent, { type: 'stage-checked' }>;

/** What a check of stage 6 records once the base branch is merged in, or why it cannot be. */
export type BaseMerge = Pick<StageCheckedEvent, 'ok' | 'hash' | 'commit' | 'base' | 'faults'> & {
  remarks: string[];
};

/**
 * Merges new commits of the base branch into the integration branch and tests the result, so that a human approves what lands. The worktree has
 * no uncommitted work. A conflict or failing tests are faults, and leave the branch unchanged.
 */
export async function mergeBaseIntoIntegration(engine: Engine, view: BuildView): Promise<BaseMerge> {
  const worktree = integrationWorktree(engine.dir);
  const { build, gates } = view.snapshot.state;
  const branch = build.base?.branch ?? '';
  const base = await findCommit(worktree, `refs/heads/${branch}`);
  const head = await readHeadCommit(worktree);
  // A deleted base branch is reported when the build ships.
  if (base === undefined) return passedMerge(head, undefined, []);
  if (await isAncestor(worktree, base, head)) return passedMerge(head, base, []);
  const count = Number(
    await askGit(worktree, ['rev-list', '--count', '--end-of-options', `${head}..${base}`]),
  );
  const logPath = join(engine.dir, 'qc', 'integration-base.log');
  const check = new IntegrationCheck(engine, view, logPath);
  const integration = await openVerifiedIntegration(engine);
  const outcome = unwrap(
    await mergeModule(integration, {
      module: branch,
      source: base,
      message: `Merge new commits of ${branch}\n`,
      verify: check.verify,
    }),
  );
  if (outcome.state === 'conflict') return failedMerge(describeBaseConflict(branch, outcome.conflicts));
  if (outcome.state === 'rolled-back')
    return failedMerge(baseMergeText.failed(branch, outcome.reason, logPath));
  const isApproved = gates.get('ship')?.approved !== undefined;
  const remark = isApproved
    ? baseMergeText.afterApproval(branch, count)
    : baseMergeText.merged(branch, count);
  return passedMerge(await readHeadCommit(worktree), base, [remark, ...check.flakyRemarks()]);
}

function passedMerge(commit: string, base: string | undefined, remarks: string[]): BaseMerge {
  return { ok: true, hash: commit, commit, ...(base === undefined ? {} : { base }), faults: [], remarks };
}

function failedMerge(fault: string): BaseMerge {
  return { ok: false, faults: [fault], remarks: [] };
}
