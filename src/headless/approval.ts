import { isAnswered } from '../run/ledger/human-proof.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { RunState } from '../run/ledger/state.ts';
import {
  approverOfCommands,
  areAllowed,
  type CommandApprover,
  type CommandCaller,
  commandsHash,
  commandsOf,
} from '../run/plan/approve.ts';

/** Who asks for a plan's commands to run. */
export interface RunCaller extends CommandCaller {
  /** SHA-256 of the one-time token that a human's yes has put into the call. */
  tokenHash?: string | undefined;
}

export type Approval = { ok: boolean; by?: CommandApprover };

/**
 * Whether the commands of a plan may run, and how a new approval is proved. A model writes the plan, so the right
 * to call `sao` proves nothing. Pure.
 */
export function decideApproval(plan: Plan, state: RunState, asker: RunCaller): Approval {
  const hash = commandsHash(plan);
  if (commandsOf(plan).length === 0 || state.approvedCommands === hash) return { ok: true };
  const by = approverOfCommands(asker, {
    isAllowed: areAllowed(plan, asker.allowed),
    isAnswered: isAnswered(state.askedCommands, asker.tokenHash, hash),
  });
  return by === undefined ? { ok: false } : { ok: true, by };
}
