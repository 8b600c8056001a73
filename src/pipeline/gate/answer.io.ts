import { join } from 'node:path';
import { keepApproved } from '../../contract/approved.io.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { approvalErrors } from '../../run/ledger/approval-wording.ts';
import { buildGateApprovedEvent } from '../../run/ledger/events.ts';
import {
  type ApprovalRequest,
  completeApproval,
  type ProofOptions,
  requestApproval,
} from '../../run/ledger/request-approval.io.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import { decideOnLockedState, readRunState } from '../../run/ledger/run-state.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents, findAppendFault, readManifest, treesFolder } from '../../run/ledger/store.io.ts';
import { confirmWithHuman } from '../../system/approval/confirm-with-human.ts';
import type { ApprovalFault } from '../../system/approval/judge.ts';
import type { ApprovalProof } from '../../system/approval/record.ts';
import { accept, type Result, reject, unwrap } from '../../system/result.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { checkGateNote, gateStatus, questionsAskedAt } from './gate.ts';
import { readGatePage } from './page.io.ts';
import { renderGatePage } from './page-text.ts';
import { findSetback, type Setback } from './setback.ts';
import { readGateSubject } from './subject.io.ts';
import type { GateSubject } from './subject.ts';
import { describeSetback, gateFaults, gateText } from './wording.ts';

/** An answer to a gate, as given to the command. */
export interface GateOrder extends ProofOptions {
  dir: string;
  run: string;
  stage: HumanGate;
  action: 'approve' | 'reject';
  note?: string | undefined;
  /** Skips the confirmation question; only in a terminal outside a session. */
  yes: boolean;
}

/** The calling terminal or session, for asking a human. */
export interface GateAnswerContext {
  /** Folder that relative paths of options start at. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  now(): Date;
  note(line: string): void;
  ask(question: string): Promise<string | undefined>;
}

/** Records a human's answer to a gate. Fails if no human is proved, or if there is nothing to approve. */
export async function answerGate(order: GateOrder, context: GateAnswerContext): Promise<Result<GateSubject>> {
  const { dir, run, stage, action } = order;
  const state = readRunState(dir);
  const subject = await readGateSubject(dir, stage, state);
  if (!subject) return reject(gateFaults.nothing(run, stage));
  const note = checkGateNote(action, stage, order.note);
  if (!note.ok) return note;
  if (action === 'approve' && gateStatus(state, stage, subject.hash) === 'open') return accept(subject);
  if (!subject.isChecked) return reject(gateFaults.unchecked(run, stage));
  const request = describeRequest(order, subject, state, context);
  if (!request.ok) return request;
  const proved = requestApproval(request.value);
  if (!proved.ok) return proved;
  if (order.yes && proved.value.level === 'asked') return reject(gateFaults.yes(stage));
  // The question of a session has shown the work, and what a rejection undoes; a signature was made for this hash.
  const isConfirmed =
    proved.value.level === 'asked' ||
    order.signature !== undefined ||
    (action === 'reject'
      ? await confirmSetback(order, findSetback(state, stage), context)
      : await confirmAnswer(order, subject, state, context));
  if (!isConfirmed) return reject(gateFaults.unsure(stage));
  const proof = completeApproval(proved.value, request.value, { now: context.now(), note: note.value });
  if (!proof.ok) return proof;
  // The human may have taken minutes to answer.
  const currentSubject = await readGateSubject(dir, stage, readRunState(dir));
  if (currentSubject?.hash !== subject.hash) return reject(gateFaults.changed(stage));
  return decideOnLockedState(dir, (lockedState) => {
    // Prove it again under the lock: another call may have used the same token.
    const again = requestApproval({ ...request.value, asked: questionsAskedAt(lockedState, stage) });
    if (!again.ok) return again;
    const events = answerEvents(order, subject, proof.value);
    const used = order.signature === undefined ? undefined : findUse(dir, events, context.now());
    if (used !== undefined) return reject(approvalErrors.used(order.signature ?? '', used));
    // Store the contract before the event, so that the approved contract can always be compared.
    if (action === 'approve' && !keepApprovedContract(dir, subject)) return reject(gateFaults.changed(stage));
    appendEvents(dir, events, context.now());
    return accept(subject);
  });
}

/** Why the event with a record that was signed before would not count. */
function findUse(dir: string, events: readonly RunEvent[], now: Date): ApprovalFault | undefined {
  return events.map((event) => findAppendFault(dir, event, now)).find((each) => each !== undefined);
}

function describeRequest(
  { dir, run, stage, action, signature, sign }: GateOrder,
  { hash }: GateSubject,
  state: RunState,
  { env, cwd, stdinIsTerminal }: GateAnswerContext,
): Result<ApprovalRequest> {
  const manifest = readManifest(dir);
  if (!manifest.ok) return manifest;
  return accept({
    ...{ dir, env, cwd, signature, sign, state },
    project: manifest.value.project,
    isTerminal: stdinIsTerminal,
    claim: { run, stage, action, hash },
    asked: questionsAskedAt(state, stage),
    command: `sao gate ${action} ${stage} ${run}${action === 'reject' ? ' --note "What has to change"' : ''}`,
  });
}

/** Copies the approved contract into the run. Returns false if it differs from the shown contract. */
function keepApprovedContract(dir: string, { stage, hash }: GateSubject): boolean {
  if (stage !== 'architect') return true;
  const files = unwrap(readContractFiles(join(treesFolder(dir), INTEGRATION)));
  if (hashContract(files) !== hash) return false;
  keepApproved(dir, files);
  return true;
}

async function confirmAnswer(
  { dir, stage, yes }: GateOrder,
  subject: GateSubject,
  state: RunState,
  context: GateAnswerContext,
): Promise<boolean> {
  if (yes) return true;
  const lines = [renderGatePage(await readGatePage(dir, subject, state, context.env))];
  return confirmWithHuman({ lines, purpose: gateText.approve, word: stage }, context);
}

/** Asks before a rejection that undoes later work. */
async function confirmSetback(
  { stage, yes }: GateOrder,
  setback: Setback | undefined,
  context: GateAnswerContext,
): Promise<boolean> {
  if (yes || setback === undefined) return true;
  const lines = [describeSetback(setback)];
  return confirmWithHuman({ lines, purpose: gateText.rejectLate, word: stage }, context);
}

function answerEvents({ stage, action }: GateOrder, { hash }: GateSubject, proof: ApprovalProof): RunEvent[] {
  const { note } = proof.approval;
  const answer = { stage, hash, ...proof };
  if (action === 'reject') return [{ type: 'gate-rejected', ...answer, note: note ?? '' }];
  return [buildGateApprovedEvent({ ...answer, ...(note === undefined ? {} : { note }) })];
}
