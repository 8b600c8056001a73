import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeTest } from '../../contract/rights.ts';
import { describeMergeTrouble } from '../../run/ledger/trouble.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { keepOwnFolders } from '../../workspace/merge/keep-own.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';
import { listUncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.io.ts';
import { integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { describeBaseConflict, describeUnreviewedFiles } from '../machine/wording.ts';
import { readChangeLog } from '../release/change-log.io.ts';
import { findMissingEntry } from '../release/change-log.ts';
import { IntegrationCheck } from './merge.io.ts';
import { OWN_FOLDERS, requireCommonHistory } from './merge-base.io.ts';

/** Stage 6, before its gate: checks that the release is documented and all tests pass. */
export async function checkShipment(engine: Engine, view: BuildView): Promise<StageCheckResult> {
  const worktree = integrationWorktree(engine.dir);
  await requireCommonHistory(engine, view);
  const baseConflict = await findBaseConflict(worktree, view);
  if (baseConflict !== undefined) return { faults: [baseConflict] };
  const base = view.snapshot.state.build.base?.commit ?? 'HEAD';
  const committedPaths = await askGit(worktree, ['diff', '--name-only', '-z', '--no-renames', base, 'HEAD']);
  const changedPaths = [...committedPaths.split('\0'), ...(await listUncommittedPaths(worktree))];
  const presentPaths = changedPaths.filter((path) => path !== '' && existsSync(join(worktree, path)));
  const missingEntry = findMissingEntry(await readChangeLog(worktree, base), presentPaths);
  const unreviewedFiles = await findUnreviewedFiles(worktree, view);
  const logPath = join(engine.dir, 'qc', 'integration-ship.log');
  const trial = new IntegrationCheck(engine, view, logPath);
  await trial.verify(worktree);
  return {
    faults: [
      ...(missingEntry === undefined ? [] : [missingEntry]),
      ...(trial.trouble ? [describeMergeTrouble(trial.trouble)] : []),
    ],
    remarks: [
      ...(unreviewedFiles.length > 0 ? [describeUnreviewedFiles(unreviewedFiles)] : []),
      ...trial.flakyRemarks(),
    ],
  };
}

/** Module files that changed after the last merge, without a QC review. A human has to review them at the gate. */
async function findUnreviewedFiles(worktree: string, { snapshot, blueprint }: BuildView): Promise<string[]> {
  const { lastMerge } = snapshot.state.build;
  if (lastMerge === undefined) return [];
  const isModulePath = writeTest(
    (blueprint?.modules ?? []).flatMap(({ paths }) => paths),
    isCaseBlind(worktree),
  );
  const args = ['diff', '--name-only', '-z', '--no-renames', lastMerge, 'HEAD'];
  const committed = (await askGit(worktree, args)).split('\0');
  return [...new Set([...committed, ...(await listUncommittedPaths(worktree))])].filter(isModulePath).sort();
}

/** Conflicts of the base branch with the integration branch. Checked before the gate, so that an approval can be carried out. */
async function findBaseConflict(worktree: string, { snapshot }: BuildView): Promise<string | undefined> {
  const branch = snapshot.state.build.base?.branch;
  const baseTip = branch === undefined ? undefined : await findCommit(worktree, `refs/heads/${branch}`);
  if (branch === undefined || baseTip === undefined) return undefined;
  const merge = await predictOrThrow(worktree, 'HEAD', baseTip);
  const prediction = await keepOwnFolders(worktree, merge, 'HEAD', OWN_FOLDERS);
  return prediction.clean ? undefined : describeBaseConflict(branch, prediction.conflicts);
}
