import { basename } from 'node:path';
import { STATE_TRAINING } from '../../contract/rights.ts';
import { checkBrain } from '../../memory/brains/brain.ts';
import { readBrains } from '../../memory/brains/brains.io.ts';
import { isSince } from '../../memory/training/expiry.ts';
import { type JudgedTree, judgeTree, purgeExpired } from '../../memory/training/judge-tree.io.ts';
import { formatRejections } from '../../memory/training/wording.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.io.ts';
import { integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { describeStaleTraining, formatDiagnostic } from '../machine/wording.ts';
import { describeContradictions } from '../prompts/contradictions.io.ts';

/**
 * Stage 7: checks that brains and training pairs are complete and describe the shipped state. The engine moves expired pairs to
 * `training/removed`. Contradictions are only reported, because a human decides about them.
 */
export async function checkCuration(
  { dir, settings, now }: Engine,
  view: BuildView,
): Promise<StageCheckResult> {
  const worktree = integrationWorktree(dir);
  const nowMs = now().getTime();
  const purgedFileCount = unwrap(purgeExpired(worktree, nowMs)).length;
  const judged = unwrap(judgeTree(worktree, { now: nowMs, minQuality: settings.minQuality }));
  const brainFaults = [...unwrap(readBrains(worktree))].flatMap(([name, text]) => checkBrain(text, name));
  const conflictingPairs = judged.conflicts.map(
    ({ places: [one, other] }) => `${one} and ${other} cannot both be true`,
  );
  return {
    faults: [...brainFaults.map(formatDiagnostic), ...findStaleTraining(judged, view)],
    remarks: [
      ...(purgedFileCount > 0
        ? [`expired training pairs were moved to training/removed in ${purgedFileCount} files`]
        : []),
      ...conflictingPairs,
      ...describeContradictions(worktree),
    ],
  };
}

/** Only pairs written after the ship describe the shipped state of the project. */
function findStaleTraining({ valid, rejected }: JudgedTree, { snapshot }: BuildView): string[] {
  const { shippedAt = 0 } = snapshot.state.build;
  const hasCurrentPair = valid.some(
    ({ metadata }) => metadata.taxonomy === 'state' && isSince(metadata, shippedAt),
  );
  if (hasCurrentPair) return [];
  const rejectedPairs = rejected.filter(({ file }) => file === basename(STATE_TRAINING));
  return [describeStaleTraining(STATE_TRAINING, shippedAt), ...formatRejections(rejectedPairs)];
}
