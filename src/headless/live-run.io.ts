import { CachedVerdicts, decideUnderLock, openOutputs } from '../run/dispatch/snapshot.io.ts';
import type { Snapshot } from '../run/dispatch/standing.ts';
import { rejectNoPlan } from '../run/dispatch/wording.ts';
import { followLedger } from '../run/ledger/follow.io.ts';
import type { Manifest, Plan } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import { appendEvents, readManifest, readPlannedState, underRunLock } from '../run/ledger/store.io.ts';
import type { OutputCheck } from '../run/outputs/check.ts';
import { ExpectedError, unwrap } from '../system/result.ts';

/** A run in memory. Reads only new ledger entries, and only outputs of agents with new events. */
export interface LiveRun {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly plan: Plan;
  /** The run with all events recorded here, and those of other processes as of the last decision; its state changes in place. */
  readonly snapshot: Snapshot;
  /** Calls `decide` with the current state under the run's lock. */
  decide<T>(decide: (snapshot: Snapshot) => T): T;
  /** Appends events. They are read back with the next use of the snapshot, several records in one read. */
  record(events: readonly RunEvent[]): void;
  /** Judges one output file, its agent having ended. */
  inspect(id: string): OutputCheck;
  /** Judges these agents' outputs again, and returns whether a verdict differs. */
  recheck(ids: readonly string[]): boolean;
  /** The wall clock, in milliseconds since the epoch. */
  now(): number;
  /** Records the end of attempts of other processes that ended without an event. Call it while waiting for them. */
  settle(): void;
}

export function openLiveRun(dir: string, now: () => Date): LiveRun {
  // What a dead driver left is released here, or counts as done.
  const settle = () => decideUnderLock(dir, now(), () => undefined);
  settle();
  const manifest = unwrap(readManifest(dir));
  const { plan, isPlanChanged } = readPlannedState(dir);
  if (!plan) throw new ExpectedError(rejectNoPlan(manifest.id));
  const ledger = followLedger(dir);
  ledger.catchUp();
  const outputs = openOutputs(dir, plan, ledger.state);
  const verdicts = new CachedVerdicts(plan, outputs);
  const snapshot: Snapshot = {
    manifest,
    dir,
    plan,
    state: ledger.state,
    verdicts,
    inspect: outputs.inspect,
    orphaned: new Set(),
    now: now().getTime(),
    ...(isPlanChanged ? { planChanged: true } : {}),
  };
  let isBehind = false;
  const catchUp = () => {
    isBehind = false;
    for (const entry of ledger.catchUp()) if ('agent' in entry) verdicts.forget(entry.agent);
    snapshot.now = now().getTime();
  };
  return {
    dir,
    manifest,
    plan,
    get snapshot() {
      if (isBehind) catchUp();
      return snapshot;
    },
    decide: (decide) =>
      underRunLock(dir, () => {
        catchUp();
        return decide(snapshot);
      }),
    record(events) {
      appendEvents(dir, events, now());
      isBehind = true;
    },
    inspect: (id) => outputs.inspect(id, true),
    recheck: (ids) => ids.filter((id) => verdicts.renew(id)).length > 0,
    now: () => now().getTime(),
    settle,
  };
}
