import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describeProofBasis } from '../../system/approval/policy.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { withLock } from '../../system/files/lock.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { openUserKey, readUserKey } from '../../system/files/user-key.io.ts';
import { isSealOf, sealOf } from '../../system/seal.ts';
import type { Batch } from '../model/queue-event.ts';
import type { Appended, Fresh, NewBatch, QueueEngine, QueueSnapshot } from './engine.ts';
import { appendBatch, hashTail, type Position, readBatches, syncEvents } from './events-file.io.ts';
import { readLease, readLeases, removeLease, writeLease } from './lease-files.io.ts';

/** Names in the folder of a queue. */
const EVENTS = 'events.jsonl';
const LEASES = 'leases';
const LOCK = 'queue.lock';
const SNAPSHOT = 'snapshot.json';

/** Creates the files of a queue in its folder, if they are missing. */
export function prepareFiles(folder: string): void {
  try {
    mkdirSync(join(folder, LEASES), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw describeFileError(error, join(folder, LEASES), 'make the folder of leases');
  }
  withLock(join(folder, LOCK), () => {
    if (readWithoutLink(join(folder, EVENTS)) === undefined)
      writeAtomic(join(folder, EVENTS), '', { mode: 0o600 });
  });
}

interface StoredSnapshot extends QueueSnapshot {
  version: 1;
  offset: number;
  /** Hash of the bytes before the offset: a crash may have lost them, or a backup was restored. */
  tail: string;
  /** Under the user's key: a snapshot that another program wrote is not read. It covers what approvals were judged by, too. */
  seal: string;
}

const sealedText = ({ seq, offset, tail, text }: Omit<StoredSnapshot, 'seal' | 'version'>): string =>
  `sao queue snapshot 1\n${describeProofBasis()}\n${seq} ${offset} ${tail}\n${text}`;

/**
 * Opens the engine of one machine: a line per batch in `events.jsonl`, a file per lease, one lock. The order of writes makes a crash between them
 * harmless: a claim may only look more expired than it is. `clock`: ms since the epoch.
 */
export function openFilesEngine(folder: string, clock: () => number = Date.now): QueueEngine {
  const files = new QueueFiles(folder, clock);
  return {
    read: async (from, seenAt) => files.read(from, seenAt),
    append: async (seen, batch) => files.append(seen, batch),
    renew: async (token, ms) => files.renew(token, ms),
    keep: async (snapshot) => files.keep(snapshot),
    watch: (onNew) => watchFile(folder, onNew),
    close: async () => undefined,
  };
}

class QueueFiles {
  private readonly events: string;
  private readonly leases: string;
  private readonly lock: string;
  private readonly snapshot: string;
  private readonly clock: () => number;
  private position: Position = { seq: 0, offset: 0 };

  constructor(folder: string, clock: () => number) {
    this.events = join(folder, EVENTS);
    this.leases = join(folder, LEASES);
    this.lock = join(folder, LOCK);
    this.snapshot = join(folder, SNAPSHOT);
    this.clock = clock;
  }

  read(from: number, seenAt?: number): Fresh & { snapshot?: QueueSnapshot } {
    const stored = from === 0 ? this.readSnapshot() : undefined;
    if (stored) this.position = { seq: stored.seq, offset: stored.offset };
    const fresh = this.readFresh(stored?.seq ?? from, seenAt);
    return stored ? { ...fresh, snapshot: { seq: stored.seq, text: stored.text } } : fresh;
  }

  append(seen: number, batch: NewBatch): Appended {
    const appended = withLock(this.lock, () => this.appendLocked(seen, batch));
    // Outside of the lock: others go on meanwhile. A lost claim only ends early, but a completion must not be lost.
    if (appended.ok && mustBeDurable(batch)) syncEvents(this.events);
    return appended;
  }

  renew(token: string, ms: number): number | 'taken' {
    return withLock(this.lock, () => {
      const lease = readLease(this.leases, token);
      if (!lease) return 'taken';
      const until = this.clock() + ms;
      writeLease(this.leases, { ...lease, until });
      return until;
    });
  }

  keep({ seq, text }: QueueSnapshot): void {
    // The offset is known for the last batch only.
    if (seq !== this.position.seq) return;
    const { offset } = this.position;
    const plain = { seq, offset, tail: hashTail(this.events, offset), text };
    const seal = sealOf(openUserKey(), sealedText(plain));
    const stored: StoredSnapshot = { version: 1, ...plain, seal };
    writeAtomic(this.snapshot, JSON.stringify(stored), { mode: 0o600, durable: false });
  }

  private appendLocked(seen: number, batch: NewBatch): Appended {
    const { seenAt } = batch;
    const found = this.readNew(seen, seenAt);
    if (found.isReset || found.batches.length > 0)
      return { ok: false, why: 'missed', ...found, leases: readLeases(this.leases), now: this.clock() };
    const { events, take, drop = [], dropIfExpired = [] } = batch;
    const at = this.clock();
    const isRenewed = dropIfExpired.some((token) => (readLease(this.leases, token)?.until ?? 0) > at);
    if (isRenewed) return { ok: false, why: 'renewed', ...this.readFresh(seen) };
    const seq = seen + 1;
    for (const token of dropIfExpired) removeLease(this.leases, token);
    if (take) {
      const { ms, ...lease } = take;
      writeLease(this.leases, { ...lease, since: at, until: at + ms });
    }
    appendBatch(this.events, { seq, at, events });
    for (const token of drop) removeLease(this.leases, token);
    this.readNew(seen);
    return { ok: true, seq, at, leases: readLeases(this.leases) };
  }

  private readFresh(from: number, seenAt?: number): Fresh {
    return { ...this.readNew(from, seenAt), leases: readLeases(this.leases), now: this.clock() };
  }

  /** Reads the batches after `from`: usually the rest of the file, otherwise the file from its start. */
  private readNew(from: number, seenAt?: number): { batches: Batch[]; isReset?: true } {
    const { seq: last, at } = this.position;
    const hasReadFurther =
      last > from || (last === from && seenAt !== undefined && at !== undefined && at !== seenAt);
    if (hasReadFurther) this.position = { seq: 0, offset: 0 };
    const { batches, position } = readBatches(this.events, this.position);
    this.position = position;
    // Read from the start, so what the caller has seen must be there.
    const seen = batches.find(({ seq }) => seq === from);
    const isLost = position.seq < from || (seen !== undefined && seenAt !== undefined && seen.at !== seenAt);
    if (isLost && from > 0) {
      const all = readBatches(this.events, { seq: 0, offset: 0 });
      this.position = all.position;
      return { batches: all.batches, isReset: true };
    }
    return { batches: batches.filter(({ seq }) => seq > from) };
  }

  private readSnapshot(): StoredSnapshot | undefined {
    try {
      const stored = JSON.parse(readWithoutLink(this.snapshot) ?? '') as StoredSnapshot;
      const isWhole = stored.version === 1 && stored.seq > 0 && typeof stored.text === 'string';
      if (!isWhole || stored.tail !== hashTail(this.events, stored.offset)) return undefined;
      const key = readUserKey();
      return key !== undefined && isSealOf(stored.seal, key, sealedText(stored)) ? stored : undefined;
    } catch {
      // The events say everything.
      return undefined;
    }
  }
}

/** Everything but claims and their ends by time: a lost one of these is made again by the next claim. */
const mustBeDurable = ({ events }: NewBatch): boolean =>
  events.some(({ type }) => !['claimed', 'expired', 'executor-seen', 'escalated'].includes(type));

/** Some file systems report no changes, so callers also poll. */
function watchFile(folder: string, onNew: () => void): () => void {
  const watcher = watch(folder, (_, name) => {
    if (name === EVENTS) onNew();
  });
  watcher.on('error', () => watcher.close());
  return () => watcher.close();
}
