import type { Batch, QueueEvent } from '../model/queue-event.ts';
import type { ClaimProcess, Lease, Token } from '../model/types.ts';

/** The number of the last batch that a caller knows; 0: none. */
export type Seq = number;

/** A replay of all batches up to `seq`, as text that only the caller understands. */
export interface QueueSnapshot {
  seq: Seq;
  text: string;
}

/** What a caller does not know yet. `now`: ms since the epoch, by the engine's clock. */
export interface Fresh {
  batches: Batch[];
  leases: Lease[];
  now: number;
  /** A crash has lost batches that the caller knows, or others have their numbers now: `batches` are all that there are. */
  isReset?: true;
}

export interface LeaseTake {
  token: Token;
  task: string;
  executor: string;
  /** How long the lease lasts, in ms. */
  ms: number;
  process?: ClaimProcess;
}

export interface NewBatch {
  /** The time of the last batch that the caller knows; without it only its number is compared. */
  seenAt?: number;
  events: QueueEvent[];
  take?: LeaseTake;
  /** Leases that end with this batch, expired or not. */
  drop?: Token[];
  /** Leases that the caller takes for expired: the batch is refused if one of them was renewed meanwhile. */
  dropIfExpired?: Token[];
}

export type Appended =
  | { ok: true; seq: Seq; at: number; leases: Lease[] }
  /** Another caller was first. */
  | ({ ok: false; why: 'missed' } & Fresh)
  /** A lease of `dropIfExpired` is not over. */
  | ({ ok: false; why: 'renewed' } & Fresh);

/**
 * Where a queue lives. Every method is atomic; time is the engine's own, never the caller's. A method throws an ExpectedError
 * `queue-unreachable` if the engine cannot be reached: that is never told as an empty queue.
 */
export interface QueueEngine {
  /**
   * Returns the batches after `from`, which the caller has seen with the time `seenAt`; and the snapshot if the caller knows nothing and there is one: then only
   * the batches after it.
   */
  read(from: Seq, seenAt?: number): Promise<Fresh & { snapshot?: QueueSnapshot }>;
  /** Writes all or nothing, if the last batch is still `seen`. */
  append(seen: Seq, batch: NewBatch): Promise<Appended>;
  /** Extends a lease, which is a record beside the events, so that heartbeats are no history. Returns its new end in ms since the epoch. */
  renew(token: Token, ms: number): Promise<number | 'taken'>;
  /** Stores a snapshot, best effort. */
  keep(snapshot: QueueSnapshot): Promise<void>;
  /** Calls `onNew` after a batch of another caller; may also call it without one. Returns a function that ends it. */
  watch(onNew: () => void): () => void;
  close(): Promise<void>;
}
