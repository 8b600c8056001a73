import { join } from 'node:path';
import { keepApproved } from '../../contract/approved.io.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { buildGateApprovedEvent } from '../../run/ledger/events.ts';
import { describeHuman, requireHumanApproval } from '../../run/ledger/human-proof.io.ts';
import type { HumanProof } from '../../run/ledger/human-proof.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import { decideOnLockedState, readRunState } from '../../run/ledger/run-state.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents, treesFolder } from '../../run/ledger/store.io.ts';
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
export interface GateOrder {
  dir: string;
  run: string;
  stage: HumanGate;
  action: 'approve' | 'reject';
  note?: string | undefined;
  /** Skips the confirmation question; only in a terminal outside a session. */
  yes: boolean;
}

/** The calling terminal or session, for asking a human. */
export interface ApprovalContext {
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  now(): Date;
  note(line: string): void;
  ask(question: string): Promise<string | undefined>;
}

/** Records a human's answer to a gate. Fails if no human is proved, or if there is nothing to approve. */
export async function answerGate(order: GateOrder, context: ApprovalContext): Promise<Result<GateSubject>> {
  const { dir, run, stage, action } = order;
  const state = readRunState(dir);
  const subject = await readGateSubject(dir, stage, state);
  if (!subject) return reject(gateFaults.nothing(run, stage));
  const note = checkGateNote(action, stage, order.note);
  if (!note.ok) return note;
  if (action === 'approve' && gateStatus(state, stage, subject.hash) === 'open') return accept(subject);
  if (!subject.isChecked) return reject(gateFaults.unchecked(run, stage));
  const approvalLevel = proveGateApproval(order, subject, state, context);
  if (!approvalLevel.ok) return approvalLevel;
  if (order.yes && approvalLevel.value !== 'shell') return reject(gateFaults.yes(stage));
  // The question of a session has shown the work, and what a rejection undoes.
  const isConfirmed =
    approvalLevel.value === 'session' ||
    (action === 'reject'
      ? await confirmSetback(order, findSetback(state, stage), context)
      : await confirmAnswer(order, subject, state, context));
  if (!isConfirmed) return reject(gateFaults.unsure(stage));
  // The human may have taken minutes to answer.
  const currentSubject = await readGateSubject(dir, stage, readRunState(dir));
  if (currentSubject?.hash !== subject.hash) return reject(gateFaults.changed(stage));
  return decideOnLockedState(dir, (lockedState) => {
    // Prove it again under the lock: another call may have used the same token.
    const currentApproval = proveGateApproval(order, subject, lockedState, context);
    if (!currentApproval.ok) return currentApproval;
    // Store the contract before the event, so that the approved contract can always be compared.
    if (action === 'approve' && !keepApprovedContract(dir, subject)) return reject(gateFaults.changed(stage));
    appendEvents(
      dir,
      answerEvents(order, subject, currentApproval.value, note.value, context),
      context.now(),
    );
    return accept(subject);
  });
}

function proveGateApproval(
  order: GateOrder,
  { hash }: GateSubject,
  state: RunState,
  context: ApprovalContext,
): Result<HumanProof> {
  return requireHumanApproval({
    env: context.env,
    isTerminal: context.stdinIsTerminal,
    asked: questionsAskedAt(state, order.stage),
    questions: state.questions,
    hash,
    command: `sao gate ${order.action} ${order.stage} ${order.run}${order.action === 'reject' ? ' --note "What has to change"' : ''}`,
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
  context: ApprovalContext,
): Promise<boolean> {
  if (yes) return true;
  context.note(renderGatePage(await readGatePage(dir, subject, state, context.env)));
  return isYes(stage, await context.ask(gateText.prompt(stage)));
}

/** Asks before a rejection that undoes later work. */
async function confirmSetback(
  { stage, yes }: GateOrder,
  setback: Setback | undefined,
  context: ApprovalContext,
): Promise<boolean> {
  if (yes || setback === undefined) return true;
  context.note(describeSetback(setback));
  return isYes(stage, await context.ask(gateText.promptSetback(stage)));
}

function isYes(stage: HumanGate, typed: string | undefined): boolean {
  const answer = typed?.trim().toLowerCase();
  return answer === stage || answer === 'yes';
}

function answerEvents(
  { stage, action }: GateOrder,
  { hash }: GateSubject,
  by: HumanProof,
  note: string,
  { env }: ApprovalContext,
): RunEvent[] {
  const answer = { stage, hash, by, ...describeHuman(env) };
  if (action === 'reject') return [{ type: 'gate-rejected', ...answer, note }];
  return [buildGateApprovedEvent({ ...answer, ...(note === '' ? {} : { note }) })];
}
