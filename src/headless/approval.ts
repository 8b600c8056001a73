import { isAnswered } from '../run/ledger/human-proof.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { EventOf } from '../run/ledger/run-event.ts';
import type { RunState } from '../run/ledger/state.ts';
import { areAllowed, commandsHash, commandsOf } from '../run/plan/approve.ts';

/** Who asks for a plan's commands to run. */
export interface RunCaller {
  /** Started by a model: inside a client's session. */
  isSession: boolean;
  /** Started by an agent of a run. */
  isAgent: boolean;
  /** Standard input is a terminal. */
  isTerminal: boolean;
  /** The call says that no human is there, as in a CI job. */
  isUnattended: boolean;
  /** Command lines that the user's own configuration lets run. */
  allowed: readonly string[];
  /** SHA-256 of the one-time token that a human's yes has put into the call. */
  tokenHash?: string | undefined;
}

type Approver = EventOf<'commands-approved'>['by'];
export type Approval = { ok: boolean; by?: Approver };

/**
 * Whether the commands of a plan may run, and how a new approval is proved. A model writes the plan, so the right
 * to call `sao` proves nothing. Pure.
 */
export function decideApproval(plan: Plan, state: RunState, asker: RunCaller): Approval {
  const hash = commandsHash(plan);
  if (commandsOf(plan).length === 0 || state.approvedCommands === hash) return { ok: true };
  if (asker.isAgent) return { ok: false };
  if (areAllowed(plan, asker.allowed)) return { ok: true, by: 'config' };
  if (isAnswered(state.askedCommands, asker.tokenHash, hash)) return { ok: true, by: 'session' };
  if (asker.isSession) return { ok: false };
  if (asker.isTerminal) return { ok: true, by: 'shell' };
  return asker.isUnattended ? { ok: true, by: 'unattended' } : { ok: false };
}
