import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import type { BuildEvent } from '../../run/ledger/build-events.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { ExpectedError, unwrap } from '../../system/result.ts';
import { type MergeVerdict, mergeModule } from '../../workspace/merge/merge.io.ts';
import { listOutdatedSubmodules, type Submodule } from '../../workspace/worktree/submodules.io.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { baseMergeText, buildFaults, describeBaseConflict } from '../machine/wording.ts';
import { IntegrationCheck, openVerifiedIntegration } from './merge.io.ts';

type StageCheckedEvent = Extract<BuildEvent, { type: 'stage-checked' }>;

/** The contract of this build replaces that of a build that was delivered meanwhile; of the notes of a role, one side's have to do. */
export const OWN_FOLDERS = { whole: CONTRACTS, conflicting: '.orchestration/brains' };

/** What a check of stage 6 records once the base branch is merged in, or why it cannot be. */
export type BaseMerge = Pick<StageCheckedEvent, 'ok' | 'hash' | 'commit' | 'base' | 'faults'> & {
  remarks: string[];
};

/**
 * Merges new commits of the base branch into the integration branch and tests the result, so that a human approves what lands. The worktree has
 * no uncommitted work. A conflict or failing tests are faults, and leave the branch unchanged. Throws an ExpectedError if the user's copy of a submodule
 * lacks the commit that the result records: tests would run with an older one.
 */
export async function mergeBaseIntoIntegration(engine: Engine, view: BuildView): Promise<BaseMerge> {
  const worktree = integrationWorktree(engine.dir);
  const { site } = engine;
  const { build, gates } = view.snapshot.state;
  const branch = build.base?.branch ?? '';
  const base = await findCommit(worktree, `refs/heads/${branch}`);
  const head = await readHeadCommit(worktree);
  // A deleted base branch is reported when the build ships.
  if (base === undefined) return passedMerge(head, undefined, []);
  const known = [build.base?.commit, build.checks.get('ship')?.base].filter((each) => each !== undefined);
  const dropped = await listDropped(worktree, known, base);
  const rewritten = dropped.length === 0 ? [] : [baseMergeText.rewritten(branch, dropped)];
  if (await isAncestor(worktree, base, head)) return passedMerge(head, base, rewritten);
  await requireCommonHistory(engine, view);
  const count = Number(
    await askGit(worktree, ['rev-list', '--count', '--end-of-options', `${head}..${base}`]),
  );
  const logPath = join(engine.dir, 'qc', 'integration-base.log');
  const check = new IntegrationCheck(engine, view, logPath);
  let outdated: Submodule[] = [];
  const verify = async (place: string): Promise<MergeVerdict> => {
    outdated = await listOutdatedSubmodules(engine.site.repo, place);
    return outdated.length === 0 ? await check.verify(place) : { ok: false, reason: 'outdated submodules' };
  };
  const integration = await openVerifiedIntegration(engine);
  const outcome = unwrap(
    await mergeModule(integration, {
      module: branch,
      source: base,
      own: OWN_FOLDERS,
      message: `Merge new commits of ${branch}\n`,
      verify,
    }),
  );
  if (outcome.state === 'conflict') return failedMerge(describeBaseConflict(branch, outcome.conflicts));
  if (outdated.length > 0)
    throw new ExpectedError(
      buildFaults.outdatedSubmodules(site.run, {
        branch,
        project: site.repo.directory,
        paths: outdated.map(({ path }) => path),
      }),
    );
  if (outcome.state === 'rolled-back')
    return failedMerge(baseMergeText.failed(branch, outcome.reason, logPath));
  const isApproved = gates.get('ship')?.approved !== undefined;
  const remark = isApproved
    ? baseMergeText.afterApproval(branch, count)
    : baseMergeText.merged(branch, count);
  return passedMerge(await readHeadCommit(worktree), base, [...rewritten, remark, ...check.flakyRemarks()]);
}

/** Throws an ExpectedError if the base branch was rewritten from its first commit on: git cannot merge it. */
export async function requireCommonHistory({ site, dir }: Engine, view: BuildView): Promise<void> {
  const { base } = view.snapshot.state.build;
  const worktree = integrationWorktree(dir);
  const tip = base && (await findCommit(worktree, `refs/heads/${base.branch}`));
  if (tip === undefined || base === undefined) return;
  // Exit code 1: no common commit.
  if ((await callGit(worktree, ['merge-base', tip, 'HEAD'])).code !== 1) return;
  const place = { project: site.repo.directory, branch: base.branch, began: base.commit };
  throw new ExpectedError(buildFaults.unrelatedBase(site.run, place));
}

/** Commits of earlier tips of the base branch that it no longer has, as `abc1234 subject`. */
async function listDropped(worktree: string, known: readonly string[], base: string): Promise<string[]> {
  if (known.length === 0) return [];
  const args = ['log', '--format=%h %s', '--max-count=100', ...known, `^${base}`, '--'];
  return (await askGit(worktree, args)).split('\n').filter((line) => line !== '');
}

function passedMerge(commit: string, base: string | undefined, remarks: string[]): BaseMerge {
  return { ok: true, hash: commit, commit, ...(base === undefined ? {} : { base }), faults: [], remarks };
}

function failedMerge(fault: string): BaseMerge {
  return { ok: false, faults: [fault], remarks: [] };
}
