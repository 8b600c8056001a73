import { judgeBootstrap } from '../../memory/training/gate.ts';
import { judgeTree } from '../../memory/training/judge-tree.io.ts';
import { sharesOf } from '../../memory/training/shares.ts';
import { warnOfShares } from '../../memory/training/wording.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.io.ts';
import { integrationWorktree } from '../machine/engine.io.ts';
import type { StageCheckResult } from '../machine/step.ts';
import { formatDiagnostic } from '../machine/wording.ts';

/**
 * Checks stage 1b: there are enough good training pairs from the contract. Rejected pairs are listed with their reasons, and kinds outside their
 * share are named.
 */
export async function checkTrainingPairs({ dir, settings, now }: Engine): Promise<StageCheckResult> {
  const worktree = integrationWorktree(dir);
  const { minPairs, minQuality } = settings;
  const judged = unwrap(judgeTree(worktree, { now: now().getTime(), minQuality }));
  const verdict = judgeBootstrap(judged, { minPairs, minQuality });
  const reasons = verdict.reasons.map(({ what, count, examples }) => {
    const exampleLines = examples.map(({ file, line, detail }) => `${file}:${line} ${detail}`);
    return `${count} rejected because the pair ${what}: ${exampleLines.join('; ')}`;
  });
  const counts = `${verdict.counted} valid training pairs, ${verdict.rejected} rejected; ${verdict.needed} are needed`;
  const summary = [counts, ...reasons];
  const shareWarnings = warnOfShares(sharesOf(judged.valid)).map(formatDiagnostic);
  return verdict.ok
    ? { faults: [], remarks: [...summary, ...shareWarnings] }
    : { faults: summary, remarks: shareWarnings };
}
