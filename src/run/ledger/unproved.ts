import { FAULT_TEXT } from './approval-wording.ts';
import type { RunState } from './state.ts';

/** Says of each approval and of each other sealed entry in the ledger that does not count, why. */
export function describeUnproved({ unproved }: Pick<RunState, 'unproved'>): string[] {
  return unproved.map(
    ({ event, at, fault }) =>
      `the ${/(?:asked|extended)$/.test(event) ? 'entry' : 'approval'} ${event} of ${at} in the ledger does not count: ${FAULT_TEXT[fault]}`,
  );
}
