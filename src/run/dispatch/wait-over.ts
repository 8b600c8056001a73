import type { PlannedAgent } from '../ledger/manifest.ts';
import { isSettled, type Snapshot, standingOf } from './standing.ts';

/**
 * Returns whether waiting for these agents is over: all of them are done or gaps; or no agent of the run is running, and the waiting
 * conversation has to start the next agent. Pure.
 */
export function isWaitOver(snapshot: Snapshot, agents: readonly PlannedAgent[]): boolean {
  if (agents.every((agent) => isSettled(standingOf(snapshot, agent)))) return true;
  if (snapshot.state.halted !== undefined) return true;
  const isIdle = (snapshot.plan?.agents ?? []).every((agent) => standingOf(snapshot, agent) !== 'running');
  return isIdle && (snapshot.state.lastDriver === 'agent' || snapshot.state.lastDriver === 'tiered');
}
