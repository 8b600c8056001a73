import { resolve } from 'node:path';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import {
  type ApprovalClaim,
  type ApprovalLevel,
  type ApprovalProof,
  meetsPolicy,
  parseApprovalRecord,
  signedText,
} from '../../system/approval/record.ts';
import { findSigner, signText } from '../../system/approval/signature.io.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { approvalErrors } from './approval-wording.ts';
import { readUserConfig } from './config.io.ts';
import { makeApprovalRecord, readCallOrigin } from './human-proof.io.ts';
import { proveHuman } from './human-proof.ts';
import { findLiveWork } from './live-work.io.ts';
import type { RunState } from './state.ts';

/** How a call wants an approval to be proved, besides by itself. */
export interface ProofOptions {
  /** Path of a record that was signed before, perhaps on another machine. */
  signature?: string | undefined;
  /** Sign with the user's key. */
  sign?: boolean | undefined;
}

export interface ApprovalRequest extends ProofOptions {
  dir: string;
  project: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Folder that the path of `signature` is relative to. */
  cwd: string;
  /** Standard input is a terminal. */
  isTerminal: boolean;
  claim: ApprovalClaim;
  /** The action that a question of a session names, if it is another word than that of the record. */
  question?: string;
  /** Open questions: the hash of the shown text, by the hash of the one-time token. */
  asked: ReadonlyMap<string, string>;
  state: Pick<RunState, 'questions' | 'sessions'>;
  /** The command that a human runs in a terminal. */
  command: string;
}

/** How an approval is proved: by this call, by a signature that is made after the human has confirmed, or by one that was made before. */
export type ProvedApproval =
  | { level: 'asked' | 'terminal' }
  | { level: 'signed'; made?: Required<ApprovalProof> };

/** Returns how a human's decision is proved, or a failure that says how a human decides. */
export function requestApproval(request: ApprovalRequest): Result<ProvedApproval> {
  const { env, isTerminal, claim, asked, state, command, question = claim.action } = request;
  if (request.signature !== undefined) return readSignedRecord(request.signature, request);
  const origin = readCallOrigin(env, isTerminal, state.questions, question);
  const policy = readApprovalPolicy();
  const isOfModel = origin.isSession || origin.isAgent;
  const isSigningWanted =
    request.sign === true ||
    (isTerminal && !isOfModel && !meetsPolicy({ ...claim, level: 'terminal' }, policy));
  if (isSigningWanted) return isOfModel ? reject(approvalErrors.signByModel(command)) : checkKey(env);
  const level = proveHuman(origin, asked, claim.hash);
  if (level === undefined) return reject(approvalErrors.noHuman(origin, command));
  const work = level === 'terminal' ? findLiveWork(request, state) : undefined;
  if (work) return reject(approvalErrors.notAlone(work, command));
  if (policy !== undefined && !meetsPolicy({ ...claim, level }, policy))
    return reject(approvalErrors.belowPolicy(level, policy, command));
  return accept({ level });
}

function checkKey(env: ApprovalRequest['env']): Result<ProvedApproval> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  return config.value.signingKey === undefined ? reject(approvalErrors.noKey()) : accept({ level: 'signed' });
}

/** Reads a signed record and compares it with what is decided now. */
export function readSignedRecord(
  path: string,
  { claim, project, cwd }: Pick<ApprovalRequest, 'claim' | 'project' | 'cwd'>,
): Result<Extract<ProvedApproval, { level: 'signed' }>> {
  const file = resolve(cwd, path);
  const proof = parseProof(readOrUndefined(file) ?? '');
  if (proof === undefined) return reject(approvalErrors.noRecord(file));
  const { approval, signature } = proof;
  const wanted = { ...claim, project, level: 'signed' };
  const different = (Object.keys(wanted) as (keyof typeof wanted)[]).find(
    (key) => approval[key] !== wanted[key],
  );
  if (different !== undefined)
    return reject(approvalErrors.otherRecord(file, different, approval[different], wanted[different]));
  if (findSigner(signedText(approval), signature) === undefined)
    return reject(approvalErrors.badSignature(file));
  return accept({ level: 'signed', made: { approval, signature } });
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readBoundedText(path);
  } catch {
    return undefined;
  }
}

/** Parses the text of a file with a signed record. */
export function parseProof(text: string): Required<ApprovalProof> | undefined {
  try {
    const { approval, signature } = JSON.parse(text) as { approval?: unknown; signature?: unknown };
    const record = parseApprovalRecord(approval);
    return record && typeof signature === 'string' ? { approval: record, signature } : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the record of a proved approval, signed if its level is `signed`. Asks the human for the key, so call it without a lock. */
export function completeApproval(
  proved: ProvedApproval,
  { claim, project, env }: Pick<ApprovalRequest, 'claim' | 'project' | 'env'>,
  { now, note }: { now: Date; note?: string | undefined },
): Result<ApprovalProof> {
  if (proved.level === 'signed' && proved.made !== undefined) return accept(proved.made);
  const level: ApprovalLevel = proved.level;
  const approval = makeApprovalRecord(claim, { project, level, now, note }, env);
  return level === 'signed' ? signRecord(approval, env) : accept({ approval });
}

/** Signs a record with the user's key. Fails if the key is not among the allowed signers, because its signature would not count. */
export function signRecord(
  approval: ApprovalProof['approval'],
  env: ApprovalRequest['env'],
): Result<Required<ApprovalProof>> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  const { signingKey } = config.value;
  if (signingKey === undefined) return reject(approvalErrors.noKey());
  const signed = signText(signedText(approval), signingKey);
  if (!signed.ok) return signed;
  if (findSigner(signedText(approval), signed.value) === undefined)
    return reject(approvalErrors.notAllowed(signingKey));
  return accept({ approval, signature: signed.value });
}
