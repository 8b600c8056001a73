import type { LeaseTake } from '../engine/engine.ts';
import type { QueueEvent } from '../model/queue-event.ts';
import type { Lease, QueueRole, Token } from '../model/types.ts';
import type { QueueState } from '../state/state.ts';
import type { FindIdeaFault } from './approved-task.ts';

/** Who makes a call, with what it may do. */
export interface QueueCaller {
  role: QueueRole;
  /** Name in events: the token's id, or the user. */
  by: string;
  /** The only team and repositories that the token is for; empty: all. */
  team: string;
  repos: readonly string[];
}

/** Everything that a decision reads. `now`: ms since the epoch, by the engine's clock. */
export interface QueueView {
  state: QueueState;
  leases: readonly Lease[];
  now: number;
  /** Random characters for a new token, different at each try. */
  nonce: string;
  caller: QueueCaller;
  /** Whether the process that a lease names has ended, as far as this machine knows. */
  hasEnded(lease: Lease): boolean;
  /** Says why the approval of an idea does not count. Without it, no task is compared with its approved plan. */
  findIdeaFault?: FindIdeaFault | undefined;
}

/** What a decision wants written, if the state is still the one that it has seen. Without events nothing is written. */
export interface QueueDecision<T> {
  events: QueueEvent[];
  take?: LeaseTake;
  drop?: Token[];
  dropIfExpired?: Token[];
  /** Makes the answer from the state after the batch. `until`: the end of the lease that was taken, ms. */
  answer(state: QueueState, until: number | undefined): T;
}

/** A decision that writes nothing. */
export function answerOnly<T>(answer: T): QueueDecision<T> {
  return { events: [], answer: () => answer };
}

export function leaseOf(view: Pick<QueueView, 'leases'>, token: Token): Lease | undefined {
  return view.leases.find((lease) => lease.token === token);
}
