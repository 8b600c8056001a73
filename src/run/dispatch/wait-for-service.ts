import type { PlannedAgent } from '../ledger/manifest.ts';
import type { Action } from './action.ts';
import { holdOf, type Snapshot } from './standing.ts';
import { nextActionTexts } from './wording.ts';

/** The wait for the service, if it refuses one of these agents; undefined if it refuses none. Pure. */
export function waitForService(
  snapshot: Snapshot,
  agents: readonly PlannedAgent[],
  wave?: number,
): Action | undefined {
  const holds = agents.flatMap((agent) => holdOf(snapshot, agent) ?? []);
  const [hold] = holds.sort((a, b) => a.until - b.until);
  if (!hold) return undefined;
  const run = snapshot.manifest.id;
  return {
    action: 'wait',
    run,
    ...(wave === undefined ? {} : { wave }),
    ...(hold.kind === 'blip' ? { command: `sao next ${run}` } : {}),
    until: new Date(hold.until).toISOString(),
    message: nextActionTexts.waitForService(hold, snapshot.now, run),
  };
}
