import type { Judged } from './judge-pairs.ts';
import type { ReasonCode, Rejection } from './reasons.ts';

const has = (code: ReasonCode) => (entry: Rejection) => entry.reasons.some((reason) => reason.code === code);

/** Lines whose pair has expired. */
export function selectExpired(rejected: readonly Rejection[]): Rejection[] {
  return rejected.filter(has('expired'));
}

/** Lines that another pair says in nearly the same words; a human decides about pairs that contradict each other. */
export function selectDuplicates(rejected: readonly Rejection[]): Rejection[] {
  return rejected.filter(has('near-duplicate'));
}

/** The number after the highest at the end of any id, valid or not: what the next writer starts with. */
export function nextPairId({ valid, rejected }: Pick<Judged, 'valid' | 'rejected'>): number {
  const ids = [
    ...valid.map(({ metadata }) => metadata.pair_id),
    ...rejected.map(({ pairId }) => pairId ?? ''),
  ];
  const numbers = ids.map((id) => Number(/(\d{1,9})$/.exec(id)?.[1] ?? 0));
  return numbers.reduce((highest, number) => Math.max(highest, number), 0) + 1;
}
