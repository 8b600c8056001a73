import { FAULT_TEXT } from '../../run/ledger/approval-wording.ts';
import {
  completeApproval,
  type ProofOptions,
  requestApproval,
} from '../../run/ledger/request-approval.io.ts';
import { findApprovalFault } from '../../system/approval/judge.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { type ApprovalClaim, signedText } from '../../system/approval/record.ts';
import { findSigner } from '../../system/approval/signature.io.ts';
import { openUserKey, readUserKey } from '../../system/files/user-key.io.ts';
import { accept, type Result } from '../../system/result.ts';
import { isSealOf, sealOf } from '../../system/seal.ts';
import type { Sealed } from '../model/queue-event.ts';
import type { Idea, QueueState } from '../state/state.ts';
import type { QueuePlace } from './queue-places.io.ts';

/** A human's decision about something in a queue. */
export interface QueueApproval extends ProofOptions {
  place: QueuePlace;
  /** Where the queue lives, as it is shown. */
  shown: string;
  state: QueueState;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  isTerminal: boolean;
  now: Date;
  /** `idea/ID`, `phase/IDEA/ID`, `task/ID` or `blocker/ID`. */
  stage: string;
  action: string;
  hash: string;
  /** The command that a human runs in a terminal. */
  command: string;
  note?: string | undefined;
}

/** Shows the human what is decided and asks; false: the answer was no. */
export type Confirm = (level: string) => Promise<boolean>;

/**
 * Proves a human's decision by the same record as a gate of a build, and asks before it counts. Undefined: the human said no. Fails if a model
 * made the call, or if the user's configuration demands a stronger proof.
 */
export async function approveInQueue(
  request: QueueApproval,
  confirm: Confirm,
): Promise<Result<Sealed | undefined>> {
  const { place, shown, state, env, cwd, isTerminal, command, sign, signature } = request;
  const claim = claimOf(state, request);
  const project = shown;
  const asked = new Map<string, string>();
  const nothing = { questions: new Map(), sessions: new Map() };
  const proved = requestApproval({
    ...{ dir: place.folder, project, env, cwd, isTerminal, claim, command, asked, sign, signature },
    state: nothing,
  });
  if (!proved.ok) return proved;
  if (!(await confirm(proved.value.level))) return accept(undefined);
  const { now, note } = request;
  const completed = completeApproval(proved.value, { claim, project, env }, { now, note });
  if (!completed.ok) return completed;
  const { approval } = completed.value;
  if (approval.level === 'signed') return accept(completed.value);
  return accept({ ...completed.value, seal: sealOf(openUserKey(), sealedText(approval)) });
}

function claimOf(
  { id }: QueueState,
  { stage, action, hash }: Pick<QueueApproval, 'stage' | 'action' | 'hash'>,
): ApprovalClaim {
  return { run: `queue ${id}`, stage, action, hash };
}

const sealedText = (approval: object): string => `sao queue approval 1\n${JSON.stringify(approval)}`;

/**
 * Why the approval of an idea does not count; undefined if it does. A seal can be checked only on the machine that made it: elsewhere an
 * approval below `signed` counts if the engine is a database, which asks for an owner's token.
 */
export function findIdeaApprovalFault(
  state: QueueState,
  idea: Idea,
  { engine }: QueuePlace,
): string | undefined {
  const { approval, seal, signature = '', hash } = idea.approval ?? { hash: '' };
  if (!approval) return FAULT_TEXT['no-record'];
  // With a database the seal may be another machine's, and a token of an owner was needed to write it.
  const isSealed = () => engine !== 'files' || isSealedHere(approval, seal);
  const fault = findApprovalFault(approval, {
    claim: {
      ...claimOf(state, { stage: `idea/${idea.id}`, action: 'approve', hash }),
      note: approval.note,
    },
    project: undefined,
    policy: readApprovalPolicy(),
    isSealed,
    isSigned: () => findSigner(signedText(approval), signature) !== undefined,
  });
  return fault === undefined ? undefined : FAULT_TEXT[fault];
}

function isSealedHere(approval: object, seal: string | undefined): boolean {
  const key = readUserKey();
  return key !== undefined && isSealOf(seal, key, sealedText(approval));
}
