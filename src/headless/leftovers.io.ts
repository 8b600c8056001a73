import type { RunState } from '../run/ledger/state.ts';
import { isAlive } from '../system/process/identity.ts';
import type { ProcessEntry } from '../system/process/process-entry.ts';
import { endSurvivors, findGroupMembers, findMarkedProcesses } from '../system/process/survivors.ts';

/** Ends agents that an ended runner of this run left running, before they are started again. */
export async function endLeftoverAgents(run: string, state: RunState, graceMs: number): Promise<void> {
  const groups = listLeftoverGroups(state);
  // Between its start and its entry in the ledger a child is known by the run's mark alone.
  const find = () => [...findGroupMembers(groups), ...findMarkedProcesses(processMarkOf(run))];
  await endSurvivors(find, graceMs);
}

/** Processes of agents whose runner has ended, as far as the ledger names them. */
export function findLeftoverAgents(state: RunState): ProcessEntry[] {
  return findGroupMembers(listLeftoverGroups(state));
}

function listLeftoverGroups(state: RunState): number[] {
  return [...state.agents.values()].flatMap(({ running }) => {
    const isDead = running?.owner !== undefined && !isAlive(running.owner);
    return isDead && running.child && isAlive(running.child) ? [running.child.pid] : [];
  });
}

/** What every process of a run carries in its environment. */
export function processMarkOf(run: string): string {
  return `run-${run}`;
}
