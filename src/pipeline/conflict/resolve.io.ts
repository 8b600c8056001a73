import { keepApproved } from '../../contract/approved.io.ts';
import { readChanged } from '../../contract/changed-files.io.ts';
import { placeOfContract } from '../../contract/contract-files.ts';
import { describeChange } from '../../contract/describe.ts';
import { conflictHash, hashContract } from '../../contract/hash.ts';
import { builderBrain } from '../../contract/rights.ts';
import { contractErrors, contractText } from '../../contract/wording.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { buildGateApprovedEvent } from '../../run/ledger/events.ts';
import { makeApprovalRecord } from '../../run/ledger/human-proof.io.ts';
import {
  type ApprovalRequest,
  completeApproval,
  type ProofOptions,
  requestApproval,
} from '../../run/ledger/request-approval.io.ts';
import { decideOnLockedState, readRunState } from '../../run/ledger/run-state.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { confirmWithHuman } from '../../system/approval/confirm-with-human.ts';
import type { ApprovalProof } from '../../system/approval/record.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import {
  accept,
  catchExpectedError,
  type Diagnostic,
  ExpectedError,
  type Result,
  reject,
  unwrap,
} from '../../system/result.ts';
import { withAssemblyLock } from '../../workspace/merge/integration.io.ts';
import { rollBackInterrupted } from '../../workspace/merge/trial.io.ts';
import { hasWorktree } from '../../workspace/worktree/prepare.io.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import type { GateAnswerContext } from '../gate/answer.io.ts';
import { gateStatus } from '../gate/gate.ts';
import { commitFiles } from './commit.io.ts';
import { describeConflict } from './describe-conflict.ts';
import { notifyBuilders, readBuilderBrain } from './notify-builders.io.ts';
import { type ConflictContext, readConflictContext } from './read-conflict.io.ts';
import {
  addBrainNote,
  type Resolution,
  type Resolved,
  readNotification,
  resolveConflict,
} from './resolve.ts';

/** A human's decision about a conflict of a run. */
export interface ResolveOrder extends ProofOptions {
  run: string;
  dir: string;
  project: string;
  name: string;
  decision: Resolution['decision'];
  note: string;
  /** Paths of changed files of the contract, relative to the current folder. */
  contract: readonly string[];
  /** Skips the confirmation question; only in a terminal outside a session. */
  yes: boolean;
}

/** The calling terminal or session, for resolving a conflict. */
export type ConflictApprovalContext = GateAnswerContext;

export interface ResolvedConflict {
  name: string;
  /** Below the top of the tree. */
  decision: string;
  /** The commit on the integration branch; null if the conflict was already resolved. */
  commit: string | null;
  /** Modules whose builders were informed. */
  told: string[];
  /** Whether the architect gate is open for the current contract. */
  gateOpen: boolean;
}

/**
 * Resolves a conflict: commits the decision and the contract changes on the integration branch, and adds a note to the brain files of
 * affected builders. Writes only after a human's approval and if the new contract is valid. A second call completes the work of a
 * crashed one.
 */
export async function resolveWithApproval(
  order: ResolveOrder,
  context: ConflictApprovalContext,
): Promise<Result<ResolvedConflict>> {
  const site = await openSite({ project: order.project, runDir: order.dir, run: order.run });
  if (!site.ok) return site;
  const readResult = await catchExpectedError(async () => {
    // Roll back a decision that a killed process left uncommitted.
    await withAssemblyLock(site.value, () => rollBackInterrupted(site.value));
    return readConflictContext(site.value, order);
  });
  if (!readResult.ok) return readResult;
  const conflictContext = readResult.value;
  const state = readRunState(order.dir);
  // A decision that an agent has committed is none before a human has approved it.
  if (conflictContext.conflict.state === 'resolved' && state.build.approvedConflicts.has(order.name))
    return await finishNotifying(order, conflictContext, state, context);
  const resolved = await catchExpectedError(async () =>
    unwrap(planResolution(order, conflictContext, context)),
  );
  if (!resolved.ok) return resolved;
  const request = describeRequest(order, conflictContext, state, context);
  const earlier = findApproval(request, state);
  if (earlier) return await applyResolution(order, conflictContext, resolved.value, earlier, context);
  const proved = requestApproval(request);
  if (!proved.ok) return proved;
  const { level } = proved.value;
  if (order.yes && level === 'asked') return reject(contractErrors.yes());
  const isShown = level === 'asked' || order.signature !== undefined || order.yes;
  if (!isShown && !(await confirmResolution(order, conflictContext, resolved.value, context)))
    return reject(contractErrors.unsure(order.name));
  const proof = completeApproval(proved.value, request, { now: context.now() });
  if (!proof.ok) return proof;
  recordApproval(order, conflictContext, proof.value, context);
  return await applyResolution(order, conflictContext, resolved.value, proof.value, context);
}

function planResolution(
  order: ResolveOrder,
  { files, conflict }: ConflictContext,
  context: ConflictApprovalContext,
): Result<Resolved> {
  const { decision, note } = order;
  const changedFiles = readChanged(order.contract, context.cwd);
  const date = context.now().toISOString().slice(0, 10);
  return resolveConflict(files, conflict, { decision, note, changed: changedFiles, date });
}

function describeRequest(
  { run, dir, project, name, decision, signature, sign }: ResolveOrder,
  { files, conflict }: ConflictContext,
  state: RunState,
  { env, cwd, stdinIsTerminal }: ConflictApprovalContext,
): ApprovalRequest {
  return {
    ...{ dir, project, env, cwd, signature, sign, state },
    isTerminal: stdinIsTerminal,
    claim: {
      run,
      stage: `conflict/${name}`,
      action: decision,
      hash: conflictHash(files, conflict),
    },
    question: 'resolve',
    asked: state.build.askedConflicts,
    command: `sao conflict resolve ${run} ${name} --decision flex|adapt --note "Why"`,
  };
}

/** The approval that a process has recorded which was killed before its work; with `flex` the contract's files may be others now. */
function findApproval({ claim }: ApprovalRequest, { approvals }: RunState): ApprovalProof | undefined {
  const known = approvals.get(claim.stage);
  const isSame = known?.approval.hash === claim.hash && known.approval.action === claim.action;
  return isSame && claim.action === 'adapt' ? known : undefined;
}

async function confirmResolution(
  { decision, note }: ResolveOrder,
  { conflict }: ConflictContext,
  { changes, affected, adr }: Resolved,
  context: ConflictApprovalContext,
): Promise<boolean> {
  const lines = [
    ...describeConflict(conflict),
    `decision: ${decision}; ${verbatim(note)}`,
    ...changes.flatMap(describeChange),
    `adds ${adr.path}, tells ${affected.join(', ')}`,
  ];
  return confirmWithHuman({ lines, purpose: contractText.confirm, word: decision }, context);
}

async function applyResolution(
  order: ResolveOrder,
  conflictContext: ConflictContext,
  resolved: Resolved,
  proof: ApprovalProof,
  context: ConflictApprovalContext,
): Promise<Result<ResolvedConflict>> {
  const { site, worktree } = conflictContext;
  const { adr, affected, note } = resolved;
  const warnings: Diagnostic[] = [];
  const result = await catchExpectedError(async () => {
    const commit = await withAssemblyLock(site, async () => {
      await rollBackInterrupted(site);
      const currentContext = await readConflictContext(site, order);
      if (
        conflictHash(currentContext.files, currentContext.conflict) !==
        conflictHash(conflictContext.files, conflictContext.conflict)
      )
        throw new ExpectedError(reject(contractErrors.moved(order.name)));
      return await commitFiles(
        site,
        worktree,
        filesToCommit(conflictContext, resolved),
        contractText.commit(order.name, order.decision),
      );
    });
    const { gateOpen, state } = keepGateOpen(order, conflictContext, resolved, proof, context);
    warnings.push(...(await notifyBuilders(site, order.dir, state, affected, note)));
    recordResolution(order, order.note, commit, context);
    return { name: order.name, decision: placeOfContract(adr.path), commit, told: affected, gateOpen };
  });
  return result.ok ? accept(result.value, warnings) : result;
}

/** The contract's changed files, the decision, and a note for builders that will start from this commit. */
function filesToCommit({ site, worktree, files }: ConflictContext, resolved: Resolved): Map<string, string> {
  const changedFiles = [...resolved.files].filter(([path, text]) => files.get(path) !== text);
  const modulesWithoutWorktree = resolved.affected.filter((module) => !hasWorktree(site, module));
  return new Map([
    ...changedFiles.map(([path, text]) => [placeOfContract(path), text] as const),
    ...modulesWithoutWorktree.map(
      (module) =>
        [builderBrain(module), addBrainNote(readBuilderBrain(worktree, module), resolved.note)] as const,
    ),
  ]);
}

/**
 * Keeps an open gate open for the new contract if the human saw all changes. An answer inside a session shows no changed files, so with
 * `flex` the gate closes and asks again. Returns the state of the run that was read under the lock.
 */
function keepGateOpen(
  { run, dir, project, decision, note }: ResolveOrder,
  { files }: ConflictContext,
  { files: now, hash }: Resolved,
  { approval: { level } }: ApprovalProof,
  { env, now: clock }: ConflictApprovalContext,
): { gateOpen: boolean; state: RunState } {
  return decideOnLockedState(dir, (state) => {
    const wasOpen = gateStatus(state, 'architect', hashContract(files)) === 'open';
    // A signature covers the conflict and not the new contract, so the gate asks for one of its own.
    if (!wasOpen || level === 'signed' || (level === 'asked' && decision === 'flex'))
      return { gateOpen: false, state };
    keepApproved(dir, now);
    const claim = { run, stage: 'architect', action: 'approve', hash } as const;
    const approval = makeApprovalRecord(claim, { project, level, now: clock(), note }, env);
    appendEvents(dir, [buildGateApprovedEvent({ stage: 'architect', hash, note, approval })], clock());
    return { gateOpen: true, state };
  });
}

/** Records the human's decision before anything follows from it. */
function recordApproval(
  { dir, name, decision }: ResolveOrder,
  { files, conflict }: ConflictContext,
  proof: ApprovalProof,
  { now }: Pick<ConflictApprovalContext, 'now'>,
): void {
  const hash = conflictHash(files, conflict);
  appendEvents(dir, [{ type: 'conflict-approved', conflict: name, hash, decision, ...proof }], now());
}

/** Records the resolution for blocked modules, which resumes them. */
function recordResolution(
  { dir, name }: ResolveOrder,
  note: string,
  commit: string,
  { now }: Pick<ConflictApprovalContext, 'now'>,
): void {
  decideOnLockedState(dir, ({ build }) => {
    const blockedModules = [...build.modules].filter(([, { blocked }]) => blocked?.conflict === name);
    const events = blockedModules.map(([module]) => ({
      type: 'conflict-resolved' as const,
      ...{ module, conflict: name, note, commit },
    }));
    appendEvents(dir, events, now());
  });
}

/** Completes the notifications of a conflict that was resolved before. */
async function finishNotifying(
  order: ResolveOrder,
  { site, files, worktree, conflict }: ConflictContext,
  state: RunState,
  context: ConflictApprovalContext,
): Promise<Result<ResolvedConflict>> {
  const { name, dir } = order;
  const { resolution } = conflict;
  const { modules, note } = (resolution && readNotification(resolution)) ?? { modules: [], note: '' };
  const warnings = await catchExpectedError(() => notifyBuilders(site, dir, state, modules, note));
  if (!warnings.ok) return warnings;
  recordResolution(order, note, (await findCommit(worktree, 'HEAD')) ?? '', context);
  const gateOpen = gateStatus(state, 'architect', hashContract(files)) === 'open';
  const decision = placeOfContract(resolution?.path ?? '');
  return accept({ name, decision, commit: null, told: modules, gateOpen }, warnings.value);
}
