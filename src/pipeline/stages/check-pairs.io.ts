import { judgeBootstrap } from '../../memory/training/gate.ts';
import { judgeTree } from '../../memory/training/judge-tree.io.ts';
import { sharesOf } from '../../memory/training/shares.ts';
import { warnOfShares } from '../../memory/training/wording.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.ts';
import { renderFault } from '../machine/fault-text.ts';
import { integrationOf } from '../machine/view.io.ts';
import type { Finding } from './finding.ts';

/**
 * Stage 1b: enough good training pairs from the contract; what was rejected is told with its reasons, and which kinds are outside of their
 * share.
 */
export async function checkPairs({ dir, settings, now }: Engine): Promise<Finding> {
  const root = integrationOf(dir);
  const { minPairs, minQuality } = settings;
  const judged = unwrap(judgeTree(root, { now: now().getTime(), minQuality }));
  const verdict = judgeBootstrap(judged, { minPairs, minQuality });
  const reasons = verdict.reasons.map(({ what, count, examples }) => {
    const shown = examples.map(({ file, line, detail }) => `${file}:${line} ${detail}`);
    return `${count} rejected because the pair ${what}: ${shown.join('; ')}`;
  });
  const counts = `${verdict.counted} valid training pairs, ${verdict.rejected} rejected; ${verdict.needed} are needed`;
  const told = [counts, ...reasons];
  const shares = warnOfShares(sharesOf(judged.valid)).map(renderFault);
  return verdict.ok ? { faults: [], remarks: [...told, ...shares] } : { faults: told, remarks: shares };
}
