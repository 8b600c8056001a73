import type { RunState } from './state.ts';
import { replayRun, underRunLock } from './store.io.ts';

/**
 * Replays the ledger of the run in `dir`. Call it once where a command, a hook or a stage begins, and pass the state down.
 * Throws an ExpectedError if the ledger cannot be read.
 */
export function readRunState(dir: string): RunState {
  return replayRun(dir);
}

/**
 * Locks the run in `dir`, replays its ledger again and calls `decide` with the current state. No other process appends a
 * decision until `decide` returns. Throws an ExpectedError if the lock or the ledger is not available.
 */
export function decideOnLockedState<T>(dir: string, decide: (state: RunState) => T): T {
  return underRunLock(dir, () => decide(readRunState(dir)));
}
