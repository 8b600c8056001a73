import { approvalErrors, FAULT_TEXT } from '../../run/ledger/approval-wording.ts';
import {
  completeApproval,
  type ProofOptions,
  requestApproval,
} from '../../run/ledger/request-approval.io.ts';
import { findApprovalFault } from '../../system/approval/judge.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import {
  type ApprovalClaim,
  type ApprovalProof,
  meetsPolicy,
  signedText,
} from '../../system/approval/record.ts';
import { findSigner } from '../../system/approval/signature.io.ts';
import { openUserKey, readUserKey } from '../../system/files/user-key.io.ts';
import { isStartedByClient } from '../../system/process/ancestry.ts';
import { isInAgent } from '../../system/process/caller.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { isSealOf, sealOf } from '../../system/seal.ts';
import type { HumanClaim } from '../decide/human-claim.ts';
import type { FindProofFault } from '../decide/take-proved.ts';
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
  return accept(sealApproval(completed.value));
}

function claimOf(
  { id }: QueueState,
  { stage, action, hash }: Pick<QueueApproval, 'stage' | 'action' | 'hash'>,
): ApprovalClaim {
  return { run: `queue ${id}`, stage, action, hash };
}

/**
 * Proves a human's decision by the answer to a question that the client has shown. It counts only if the client itself started this process; against
 * the user's policy it is as strong as a terminal, since a detached program can imitate either. Undefined: the human said no.
 */
export async function approveByClient(
  request: QueueApproval,
  confirm: () => Promise<boolean>,
): Promise<Result<Sealed | undefined>> {
  const { shown: project, state, env, command, now, note } = request;
  const claim = claimOf(state, request);
  const isAgent = isInAgent(env);
  if (isAgent || !isStartedByClient())
    return reject(approvalErrors.noHuman({ isAgent, isSession: true, isTerminal: false }, command));
  const policy = readApprovalPolicy();
  if (policy !== undefined && !meetsPolicy({ ...claim, level: 'terminal' }, policy))
    return reject(approvalErrors.belowPolicy('terminal', policy, command));
  if (!(await confirm())) return accept(undefined);
  const completed = completeApproval({ level: 'asked' }, { claim, project, env }, { now, note });
  return completed.ok ? accept(sealApproval(completed.value)) : completed;
}

function sealApproval(proof: ApprovalProof): Sealed {
  const { approval } = proof;
  return approval.level === 'signed'
    ? proof
    : { ...proof, seal: sealOf(openUserKey(), sealedText(approval)) };
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
  const { hash = '', ...proof } = idea.approval ?? {};
  return findProofFault(state, { stage: `idea/${idea.id}`, action: 'approve', hash }, proof, engine);
}

/** Returns the check of each decision of a human that a replay of this queue meets. */
export function openProofCheck({ engine }: QueuePlace): FindProofFault {
  return (state, claim, event) => findProofFault(state, claim, event as Partial<Sealed>, engine);
}

function findProofFault(
  state: QueueState,
  claim: HumanClaim,
  { approval, seal, signature = '' }: Partial<Sealed>,
  engine: string,
): string | undefined {
  if (!approval) return FAULT_TEXT['no-record'];
  const fault = findApprovalFault(approval, {
    claim: { ...claimOf(state, claim), note: approval.note },
    project: undefined,
    policy: readApprovalPolicy(),
    // With a database the seal may be another machine's, and a token of an owner was needed to write it.
    isSealed: () => engine !== 'files' || isSealedHere(approval, seal),
    isSigned: () => findSigner(signedText(approval), signature) !== undefined,
  });
  return fault === undefined ? undefined : FAULT_TEXT[fault];
}

function isSealedHere(approval: object, seal: string | undefined): boolean {
  const key = readUserKey();
  return key !== undefined && isSealOf(seal, key, sealedText(approval));
}
