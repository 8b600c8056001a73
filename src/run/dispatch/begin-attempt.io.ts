import { existsSync, lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { buildDispatchedEvent } from '../ledger/events.ts';
import type { PlannedAgent } from '../ledger/manifest.ts';
import type { EventOf } from '../ledger/run-event.ts';
import { appendEvents } from '../ledger/store.io.ts';
import { insideOf } from '../outputs/output.io.ts';
import { admit } from './admit.ts';
import { promptFor } from './prompt.io.ts';
import type { Snapshot } from './standing.ts';
import { lockTree } from './tree-lock.io.ts';

export type Dispatched = EventOf<'dispatched'>;
export type Begun =
  | { ok: true; agent: PlannedAgent; attempt: number; prompt: string }
  | { ok: false; reason: string };

/**
 * Admits an agent, records its dispatch, locks its worktree and returns its prompt, or the reason why it may not start. Call it under the
 * run's lock.
 */
export function beginAttempt(
  snapshot: Snapshot,
  id: string,
  how: Omit<Dispatched, 'type' | 'agent' | 'attempt' | 'wave'>,
  now: Date,
): Begun {
  const admission = admit(snapshot, id);
  if (!admission.ok || !snapshot.plan) return admission.ok ? { ok: false, reason: 'no plan' } : admission;
  const { agent, attempt } = admission;
  const prompt = promptFor(snapshot, snapshot.plan, agent, attempt);
  moveToAttempts(snapshot.dir, agent, attempt - 1);
  appendEvents(snapshot.dir, [buildDispatchedEvent({ agent: id, attempt, wave: agent.wave, ...how })], now);
  if (agent.tree !== undefined && how.owner) lockTree(agent.tree, snapshot.manifest.id, how.owner);
  return { ok: true, agent, attempt, prompt };
}

/**
 * Moves the output of an earlier attempt to attempts/, so that the next attempt starts without a file and no output is lost.
 * Returns the new path relative to the run directory; null if there was no file.
 */
export function moveToAttempts(dir: string, agent: PlannedAgent, attempt: number): string | null {
  const path = join(dir, agent.output);
  // Do not move files behind a linked folder: they do not belong to the run.
  if (isMissing(path) || !insideOf(dir)(path)) return null;
  const kept = freeName(dir, `${agent.id}.${attempt}`);
  renameSync(path, join(dir, kept));
  return kept;
}

/** False also for a path that cannot be looked up: what follows names the reason. */
function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

// An attempt that was returned after a rate limit has the same number as the next one, so both may have written a file.
function freeName(dir: string, name: string): string {
  for (let copy = 1; ; copy += 1) {
    const kept = join('attempts', copy === 1 ? `${name}.md` : `${name}-${copy}.md`);
    if (!existsSync(join(dir, kept))) return kept;
  }
}
