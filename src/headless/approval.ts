import type { LiveWork } from '../run/ledger/approval-wording.ts';
import { isAnswered } from '../run/ledger/human-proof.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { RunState } from '../run/ledger/state.ts';
import {
  approverOfCommands,
  areAllowed,
  type CommandCaller,
  commandsHash,
  commandsOf,
} from '../run/plan/approve.ts';
import type {
  ApprovalBasis,
  ApprovalClaim,
  ApprovalPolicy,
  ApprovalRecord,
} from '../system/approval/record.ts';

/** Who asks for a plan's commands to run. */
export interface RunCaller extends CommandCaller {
  /** SHA-256 of the one-time token that a human's yes has put into the call. */
  tokenHash?: string | undefined;
  /** The least proof of an approval that the user demands. */
  policy?: ApprovalPolicy | undefined;
  /** A session or another runner that works on the run now. */
  liveWork?: LiveWork | undefined;
  /** Makes the record of an approval that this call gives. */
  record(claim: Omit<ApprovalClaim, 'run'>, level: ApprovalBasis): ApprovalRecord;
}

/** Whether commands may run, and how a new approval is proved. Without a level nothing new is recorded. */
export type Approval = { ok: boolean; level?: ApprovalBasis };

/**
 * Whether the commands of a plan may run, and how a new approval is proved. A model writes the plan, so the right
 * to call `sao` proves nothing. Pure.
 */
export function decideApproval(plan: Plan, state: RunState, asker: RunCaller): Approval {
  const hash = commandsHash(plan);
  if (commandsOf(plan).length === 0 || state.approvedCommands === hash) return { ok: true };
  const level = approverOfCommands(asker, {
    isAllowed: areAllowed(plan, asker.allowed),
    isAnswered: isAnswered(state.askedCommands, asker.tokenHash, hash),
  });
  if (level === undefined) return { ok: false };
  // Each call compares the commands with the configuration again. The record is for the reader, and with a policy it would not count.
  return level === 'config' && asker.policy ? { ok: true } : { ok: true, level };
}
