import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../system/process/identity.ts';
import { type FollowedLedger, followLedger } from '../ledger/follow.io.ts';
import type { LedgerEntry } from '../ledger/run-event.ts';
import { CachedVerdicts, findLostOwners, openOutputs, previewSnapshot, readSnapshot } from './snapshot.io.ts';
import { endLostAttempts, type Snapshot } from './standing.ts';

/** Milliseconds after which all outputs are judged again: a file may change without an event. */
const RECHECK_MS = 10_000;

interface Followed {
  ledger: FollowedLedger;
  verdicts: CachedVerdicts;
  snapshot: Snapshot;
  /** Identity and time of the plan's file. */
  plan: string;
  inode: number;
  openedAt: number;
}

/**
 * A run that is read again and again, without writing: of the ledger only what is new, of the outputs only those that may have changed. It gives the
 * snapshot that `previewSnapshot` would give.
 */
export class FollowedRun {
  /** Bytes of the ledger that were read. */
  offset = 0;
  private readonly dir: string;
  private readonly onEntry: (entry: LedgerEntry) => void;
  private readonly onRestart: () => void;
  private followed: Followed | undefined;

  /** `onEntry` gets each entry once; `onRestart` says that they come again from the first one on. */
  constructor(dir: string, onEntry: (entry: LedgerEntry) => void, onRestart: () => void) {
    this.dir = dir;
    this.onEntry = onEntry;
    this.onRestart = onRestart;
  }

  /** Reads the run now. Throws an ExpectedError if a document is missing or damaged; the next call starts anew. */
  read(now: Date): Snapshot {
    try {
      const { ino, size } = statSync(join(this.dir, 'ledger.jsonl'));
      const isOther =
        this.followed === undefined ||
        this.followed.inode !== ino ||
        size < this.offset ||
        this.followed.plan !== identifyFile(join(this.dir, 'plan.json')) ||
        now.getTime() - this.followed.openedAt > RECHECK_MS;
      const followed = isOther || !this.followed ? this.open(now, ino) : this.followed;
      this.followed = followed;
      this.offset = size;
      return this.catchUp(followed, now);
    } catch (error) {
      this.followed = undefined;
      throw error;
    }
  }

  private open(now: Date, inode: number): Followed {
    const { dir } = this;
    const before = this.followed;
    const planPath = join(dir, 'plan.json');
    const plan = identifyFile(planPath);
    const isSameLedger = before?.inode === inode && before.plan === plan;
    if (isSameLedger) {
      const outputs = openOutputs(dir, before.snapshot.plan, before.ledger.state);
      before.verdicts = new CachedVerdicts(before.snapshot.plan, outputs);
      before.snapshot = { ...before.snapshot, verdicts: before.verdicts, inspect: outputs.inspect };
      return { ...before, openedAt: now.getTime() };
    }
    const whole = readSnapshot(dir, now);
    const ledger = followLedger(dir);
    this.onRestart();
    const outputs = openOutputs(dir, whole.plan, ledger.state);
    const verdicts = new CachedVerdicts(whole.plan, outputs);
    const snapshot: Snapshot = { ...whole, state: ledger.state, verdicts, inspect: outputs.inspect };
    return { ledger, verdicts, snapshot, plan, inode, openedAt: now.getTime() };
  }

  private catchUp({ ledger, verdicts, snapshot }: Followed, now: Date): Snapshot {
    for (const entry of ledger.catchUp()) {
      if ('agent' in entry) verdicts.forget(entry.agent);
      this.onEntry(entry);
    }
    const { state } = ledger;
    // A file may be complete before its agent has returned.
    for (const [id, { running }] of state.agents) if (running) verdicts.forget(id);
    if (state.workflow?.owner && !isAlive(state.workflow.owner)) delete state.workflow;
    Object.assign(snapshot, findLostOwners(state), { now: now.getTime() });
    return endLostAttempts(snapshot).length > 0 ? previewSnapshot(this.dir, now) : snapshot;
  }
}

function identifyFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '';
}
