import type { PlannedAgent } from '../ledger/manifest.ts';
import { isSettled, type Snapshot, standingOf } from './standing.ts';

/**
 * Whether waiting for these agents has an end: all of them are done or gaps; or nothing of the run is running and whoever
 * waits is the one who would have to start the next agent, as in a session. Pure.
 */
export function isWaitOver(snapshot: Snapshot, agents: readonly PlannedAgent[]): boolean {
  if (agents.every((agent) => isSettled(standingOf(snapshot, agent)))) return true;
  if (snapshot.state.halted !== undefined) return true;
  const isIdle = (snapshot.plan?.agents ?? []).every((agent) => standingOf(snapshot, agent) !== 'running');
  return isIdle && (snapshot.state.lastDriver === 'agent' || snapshot.state.lastDriver === 'tiered');
}
