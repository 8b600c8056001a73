import type { RunState } from './state.ts';

/** Says of each approval in the ledger that no seal proves why it does not count. */
export function describeUnproved({ unproved }: Pick<RunState, 'unproved'>): string[] {
  return unproved.map(
    ({ event, at }) =>
      `the ledger has the approval ${event} of ${at} without a valid seal, so it does not count: another program wrote the line, or the key of approvals has changed`,
  );
}
