import { type Actor, actorOf, MASTER_AT_GATE } from '../../contract/lock-rights.ts';
import type { LedgerEntry } from '../../run/ledger/events.ts';
import type { Plan, Role } from '../../run/ledger/manifest.ts';

/** Written once the engine has gone on: the contract stood there then as it was approved, or was looked at. */
const LOOKS: ReadonlySet<LedgerEntry['type']> = new Set([
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

/** Their worktree is not the one that the contract is read from. */
const ELSEWHERE: readonly Role[] = ['builder', 'qc'];

/**
 * Whose change of an approved contract the engine finds: that of the agents that have worked beside it since the engine last looked. Where
 * none has, or the architect has, a person is asked about it and nobody else. Pure.
 */
export function authorOf(entries: readonly LedgerEntry[], plan: Plan | undefined): Actor {
  const ids = atWorkSinceLook(entries);
  const agents = (plan?.agents ?? []).filter(({ id, role }) => ids.has(id) && !ELSEWHERE.includes(role));
  const actors = agents.map(actorOf);
  const domains = actors.flatMap((actor) => (actor.kind === 'agent' ? actor.domains : []));
  const isMasters = actors.some(({ kind }) => kind !== 'agent');
  return isMasters || domains.length === 0 ? MASTER_AT_GATE : { kind: 'agent', domains };
}

function atWorkSinceLook(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const running = new Set<string>();
  let found = new Set<string>();
  for (const entry of entries) {
    if (LOOKS.has(entry.type)) found = new Set(running);
    if (entry.type === 'dispatched') running.add(entry.agent);
    else if (entry.type === 'returned' || entry.type === 'released') running.delete(entry.agent);
    else continue;
    found.add(entry.agent);
  }
  return found;
}
