import { checkBrain } from '../../memory/brain.ts';
import { readBrains } from '../../memory/brains.io.ts';
import { unwrap } from '../../result.ts';
import { judgeTree, purgeExpired } from '../../training/judge-tree.io.ts';
import { contradictionsIn } from '../contradictions.io.ts';
import type { Engine } from '../engine.ts';
import { renderFault } from '../fault-text.ts';
import { integrationOf } from '../view.io.ts';
import type { Finding } from './finding.ts';

/**
 * Stage 7: the memory is whole and holds nothing that has run out. Expired pairs are moved aside here, by the engine; what contradicts
 * each other is told, since it is a person's to decide.
 */
export async function checkCuration({ dir, now }: Engine): Promise<Finding> {
  const root = integrationOf(dir);
  const time = now().getTime();
  const purged = unwrap(purgeExpired(root, time)).length;
  const { valid, conflicts } = unwrap(judgeTree(root, { now: time }));
  const brains = [...unwrap(readBrains(root))].flatMap(([name, text]) => checkBrain(text, name));
  const hasState = valid.some(({ metadata }) => metadata.taxonomy === 'state');
  const stale = hasState
    ? []
    : ['there is no valid training pair on the state of the project: write some anew'];
  const clashes = conflicts.map(({ places: [one, other] }) => `${one} and ${other} cannot both be true`);
  return {
    faults: [...brains.map(renderFault), ...stale],
    remarks: [
      ...(purged > 0 ? [`expired training pairs were moved to training/removed in ${purged} files`] : []),
      ...clashes,
      ...contradictionsIn(root),
    ],
  };
}
