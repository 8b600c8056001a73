import type { Claimed } from '../../queue/decide/claim.ts';
import type { Lease } from '../../queue/model/types.ts';
import type { QueueState } from '../../queue/state/state.ts';

/** The longest time between two looks at a queue that tells of news by itself, in ms. */
const MAX_WAIT_MS = 60_000;
const MIN_WAIT_MS = 50;

/** How long an executor with nothing to claim waits if nothing happens: until the next lease ends. `now`: by the engine's clock, in ms. */
export function chooseWait(leases: readonly Lease[], now: number): number {
  const ends = leases.map(({ until }) => until - now + MIN_WAIT_MS);
  return Math.max(MIN_WAIT_MS, Math.min(MAX_WAIT_MS, ...ends));
}

/** Whether nothing is left that this executor could get later: nothing can be claimed, and no claim of anyone can make more ready. */
export function isDrained(state: QueueState, { task }: Pick<Claimed, 'task'>): boolean {
  return task === null && state.claimed.size === 0;
}

/** What one more attempt may cost, in USD: an equal part of what is left for the free slots. Undefined: no bound; 0: nothing is left. */
export function shareOfBudget(
  bound: number | undefined,
  { spent, reserved, freeSlots }: { spent: number; reserved: number; freeSlots: number },
): number | undefined {
  if (bound === undefined) return undefined;
  return Math.max(0, bound - spent - reserved) / Math.max(1, freeSlots);
}
