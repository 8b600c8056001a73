import { basename } from 'node:path';
import { STATE_TRAINING } from '../../contract/names.ts';
import { checkBrain } from '../../memory/brains/brain.ts';
import { readBrains } from '../../memory/brains/brains.io.ts';
import { isSince } from '../../memory/training/expiry.ts';
import { type JudgedTree, judgeTree, purgeExpired } from '../../memory/training/judge-tree.io.ts';
import { sayRejections } from '../../memory/training/wording.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.ts';
import { renderFault } from '../machine/fault-text.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { sayStale } from '../machine/wording.ts';
import { contradictionsIn } from '../prompts/contradictions.io.ts';
import type { Finding } from './finding.ts';

/**
 * Stage 7: the memory is whole, tells of what was shipped, and holds nothing that has run out. Expired pairs are moved aside here, by the
 * engine; what contradicts each other is told, since it is a person's to decide.
 */
export async function checkCuration({ dir, settings, now }: Engine, view: BuildView): Promise<Finding> {
  const root = integrationOf(dir);
  const time = now().getTime();
  const purged = unwrap(purgeExpired(root, time)).length;
  const judged = unwrap(judgeTree(root, { now: time, minQuality: settings.minQuality }));
  const brains = [...unwrap(readBrains(root))].flatMap(([name, text]) => checkBrain(text, name));
  const clashes = judged.conflicts.map(
    ({ places: [one, other] }) => `${one} and ${other} cannot both be true`,
  );
  return {
    faults: [...brains.map(renderFault), ...findStale(judged, view)],
    remarks: [
      ...(purged > 0 ? [`expired training pairs were moved to training/removed in ${purged} files`] : []),
      ...clashes,
      ...contradictionsIn(root),
    ],
  };
}

/** The state of the project is told by pairs from after the ship; those of before are of another state. */
function findStale({ valid, rejected }: JudgedTree, { snapshot }: BuildView): string[] {
  const { shippedAt = 0 } = snapshot.state.build;
  const isNew = valid.some(({ metadata }) => metadata.taxonomy === 'state' && isSince(metadata, shippedAt));
  if (isNew) return [];
  const refused = rejected.filter(({ file }) => file === basename(STATE_TRAINING));
  return [sayStale(STATE_TRAINING, shippedAt), ...sayRejections(refused)];
}
