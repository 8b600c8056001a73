import { isAnswered } from '../run/ledger/human-proof.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { EventOf } from '../run/ledger/run-event.ts';
import type { RunState } from '../run/ledger/state.ts';
import { areAllowed, commandsHash, commandsOf } from '../run/plan/approve.ts';

/** Who asks for a plan's commands to run. */
export interface RunCaller {
  /** Started by a model: inside a client's session. */
  isSession: boolean;
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
  if (!asker.isSession) return { ok: true, by: 'shell' };
  if (areAllowed(plan, asker.allowed)) return { ok: true, by: 'config' };
  return isAnswered(state.askedCommands, asker.tokenHash, hash) ? { ok: true, by: 'session' } : { ok: false };
}
