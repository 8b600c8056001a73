import { unwrap } from '../../result.ts';
import { judgeBootstrap } from '../../training/gate.ts';
import { judgePairs } from '../../training/judge-pairs.ts';
import { readFacts } from '../../training/project-facts.io.ts';
import { readTraining } from '../../training/training.io.ts';
import type { Engine } from '../engine.ts';
import { integrationOf } from '../view.io.ts';
import type { Finding } from './finding.ts';

/** Stage 1b: enough good training pairs from the contract; what was rejected is told with its reasons. */
export async function checkPairs({ dir, settings, now }: Engine): Promise<Finding> {
  const root = integrationOf(dir);
  const { minPairs, minQuality } = settings;
  const lines = unwrap(readTraining(root)).flatMap((file) => file.lines);
  const facts = { ...unwrap(readFacts(root)), now: now().getTime(), minQuality };
  const verdict = judgeBootstrap(judgePairs(lines, facts), { minPairs, minQuality });
  const reasons = verdict.reasons.map(({ what, count, examples }) => {
    const shown = examples.map(({ file, line, detail }) => `${file}:${line} ${detail}`);
    return `${count} rejected because the pair ${what}: ${shown.join('; ')}`;
  });
  const counts = `${verdict.counted} valid training pairs, ${verdict.rejected} rejected; ${verdict.needed} are needed`;
  return verdict.ok ? { faults: [], remarks: [counts, ...reasons] } : { faults: [counts, ...reasons] };
}
