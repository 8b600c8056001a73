import type { Batch, QueueEvent } from '../model/queue-event.ts';
import type { QueueState } from '../state/state.ts';
import { describeHumanClaim, type HumanClaim } from './human-claim.ts';

/** Why the proof in an event does not count for a claim; undefined if it does. */
export type FindProofFault = (state: QueueState, claim: HumanClaim, event: QueueEvent) => string | undefined;

/** Said of a decision that the queue has had before: a copied line. */
export const COPIED = 'it is a copy of an earlier decision';

/**
 * Returns the batch without decisions of humans that are not proved. The state names these instead, and remembers the others, since each counts once. Call
 * it just before the batch is applied.
 */
export function takeProved(state: QueueState, batch: Batch, findFault: FindProofFault): Batch {
  if (batch.seq <= state.seq) return batch;
  const events = batch.events.filter((event) => {
    const claim = describeHumanClaim(state, event);
    if (claim === undefined) return true;
    const key = keyOf(claim, event);
    const reason = findFault(state, claim, event) ?? (state.decided.includes(key) ? COPIED : undefined);
    if (reason === undefined) state.decided.push(key);
    else state.unproved.push({ seq: batch.seq, stage: claim.stage, action: claim.action, reason });
    return reason === undefined;
  });
  return events.length === batch.events.length ? batch : { ...batch, events };
}

/** The time of a record is in it, so another decision about the same has another key. */
function keyOf({ stage }: HumanClaim, event: QueueEvent): string {
  const at = 'approval' in event ? event.approval?.at : undefined;
  return `${stage} ${at ?? ''}`;
}
