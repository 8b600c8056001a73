import type { Judged } from './judge-pairs.ts';
import type { ReasonCode, RejectedPair } from './reasons.ts';

const has = (code: ReasonCode) => (entry: RejectedPair) =>
  entry.reasons.some((reason) => reason.code === code);

/** Selects the lines whose pair has expired. */
export function selectExpired(rejected: readonly RejectedPair[]): RejectedPair[] {
  return rejected.filter(has('expired'));
}

/** Selects the lines of near duplicates. Contradictory pairs are not selected, because a human decides about them. */
export function selectDuplicates(rejected: readonly RejectedPair[]): RejectedPair[] {
  return rejected.filter(has('near-duplicate'));
}

/** The number for the next new pair: one more than the highest number at the end of any id, valid or not. */
export function nextPairId({ valid, rejected }: Pick<Judged, 'valid' | 'rejected'>): number {
  const ids = [
    ...valid.map(({ metadata }) => metadata.pair_id),
    ...rejected.map(({ pairId }) => pairId ?? ''),
  ];
  const numbers = ids.map((id) => Number(/(\d{1,9})$/.exec(id)?.[1] ?? 0));
  return numbers.reduce((highest, number) => Math.max(highest, number), 0) + 1;
}
