import { accept, type Result } from '../../system/result.ts';
import { type Judged, judgePairs } from './judge-pairs.ts';
import type { TrainingFile } from './lines.ts';
import { readFacts } from './project-facts.io.ts';
import { selectExpired } from './select.ts';
import { type Removal, readTraining, removeLines } from './training.io.ts';

export interface JudgedTree extends Judged {
  files: TrainingFile[];
}

/** Judges all training pairs of a tree: the project, or a worktree of a run. `now` in milliseconds. */
export function judgeTree(root: string, given: { now: number; minQuality?: number }): Result<JudgedTree> {
  const training = readTraining(root);
  if (!training.ok) return training;
  const facts = readFacts(root);
  if (!facts.ok) return facts;
  const files = training.value;
  const judged = judgePairs(
    files.flatMap(({ lines }) => lines),
    { ...facts.value, ...given },
  );
  return accept({ ...judged, files });
}

/** Moves the expired pairs to `training/removed`, as the last stage of a build requires. */
export function purgeExpired(root: string, now: number): Result<Removal[]> {
  const judged = judgeTree(root, { now });
  return judged.ok ? removeLines(root, selectExpired(judged.value.rejected)) : judged;
}
