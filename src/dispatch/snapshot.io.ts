import { join } from 'node:path';
import { isAlive } from '../adapters/process/identity.ts';
import { unwrap } from '../result.ts';
import type { Manifest, Plan } from '../run/manifest.ts';
import { foldLedger, type RunState } from '../run/state.ts';
import { appendEvents, readLedger, readManifest, readPlanFile, underRunLock } from '../run/store.io.ts';
import { checkOutput, NO_OUTPUT, type OutputCheck } from '../verify/check.ts';
import { insideOf, readOutput } from '../verify/output.io.ts';
import { type Snapshot, settleAttempts } from './standing.ts';

/** Reads all that a decision about a run is made from. Throws an ExpectedError where a document is damaged. */
export function takeSnapshot(dir: string, now: Date): Snapshot {
  const manifest = unwrap(readManifest(dir));
  const plan = unwrap(readPlanFile(dir));
  return assemble(dir, manifest, plan, now);
}

function assemble(dir: string, manifest: Manifest, plan: Plan | undefined, now: Date): Snapshot {
  const state = foldLedger(readLedger(dir));
  const snapshot: Snapshot = {
    manifest,
    dir,
    state,
    checks: plan ? checkAgents(dir, plan, state) : new Map(),
    orphaned: findOrphans(state),
    now: now.getTime(),
  };
  if (plan) snapshot.plan = plan;
  return snapshot;
}

/** Judges the output file of every agent of a plan. */
export function checkAgents(
  dir: string,
  plan: Plan,
  state: RunState,
  only?: ReadonlySet<string>,
): Map<string, OutputCheck> {
  const isInside = insideOf(dir);
  return new Map(
    plan.agents
      .filter(({ id }) => !only || only.has(id))
      .map(({ id, output }) => {
        const path = join(dir, output);
        const isRunning = state.agents.get(id)?.running !== undefined;
        return [id, isInside(path) ? checkOutput(readOutput(path), isRunning) : NO_OUTPUT] as const;
      }),
  );
}

function findOrphans(state: RunState): Set<string> {
  const orphans = new Set<string>();
  for (const [id, { running }] of state.agents) {
    if (running?.owner && !isAlive(running.owner)) orphans.add(id);
  }
  return orphans;
}

/**
 * Takes a snapshot under the run's lock, records what happened to attempts that nobody recorded, and decides on it.
 * `decide` may append events of its own: no other decider of this run is beside it.
 */
export function decideUnderLock<T>(dir: string, now: Date, decide: (snapshot: Snapshot) => T): T {
  return underRunLock(dir, () => {
    let snapshot = takeSnapshot(dir, now);
    const events = settleAttempts(snapshot);
    if (events.length > 0) {
      appendEvents(dir, events, now);
      snapshot = assemble(dir, snapshot.manifest, snapshot.plan, now);
    }
    return decide(snapshot);
  });
}
