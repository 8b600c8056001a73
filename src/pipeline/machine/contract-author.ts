import { type Actor, actorOf, MASTER_AT_GATE } from '../../contract/lock-rights.ts';
import type { Plan, Role } from '../../run/ledger/manifest.ts';
import type { LedgerEntry } from '../../run/ledger/run-event.ts';

/** Events that the engine appends only after it has checked the contract. */
const CONTRACT_CHECK_EVENTS: ReadonlySet<LedgerEntry['type']> = new Set([
  'plan-extended',
  'stage-checked',
  'module-begun',
  'module-examined',
  'module-judged',
  'module-merged',
  'merge-failed',
  'harden-begun',
  'hardened',
]);

/** Agents of these roles have their own worktree; the contract is not read from there. */
const ROLES_WITH_OWN_WORKTREE: readonly Role[] = ['builder', 'qc'];

/**
 * Returns who may have changed an approved contract: the agents that ran since the engine last checked it. If there is none, or the
 * architect is one of them, the change needs a human's approval. Pure.
 */
export function contractChangeAuthor(entries: readonly LedgerEntry[], plan: Plan | undefined): Actor {
  const activeAgentIds = agentsActiveSinceCheck(entries);
  const agents = (plan?.agents ?? []).filter(
    ({ id, role }) => activeAgentIds.has(id) && !ROLES_WITH_OWN_WORKTREE.includes(role),
  );
  const actors = agents.map(actorOf);
  const domains = actors.flatMap((actor) => (actor.kind === 'agent' ? actor.domains : []));
  const isAnyPrivileged = actors.some(({ kind }) => kind !== 'agent');
  return isAnyPrivileged || domains.length === 0 ? MASTER_AT_GATE : { kind: 'agent', domains };
}

function agentsActiveSinceCheck(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const runningAgents = new Set<string>();
  let activeAgents = new Set<string>();
  for (const entry of entries) {
    if (CONTRACT_CHECK_EVENTS.has(entry.type)) activeAgents = new Set(runningAgents);
    if (entry.type === 'dispatched') runningAgents.add(entry.agent);
    else if (entry.type === 'returned' || entry.type === 'released') runningAgents.delete(entry.agent);
    else continue;
    activeAgents.add(entry.agent);
  }
  return activeAgents;
}
