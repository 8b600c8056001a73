import { accept, type Problem, type Result, reject } from '../../system/result.ts';
import type { BlockerKind, Evidence, ReleaseReason, Token } from '../model/types.ts';
import { findUnblocked, openReadiness } from '../state/readiness.ts';
import { type Attempt, isEnd, lastAttempt, type QueueState, type Task } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import { escalateDead } from './escalate.ts';
import { refuseRole, refuseTask } from './rights.ts';
import { answerOnly, leaseOf, type QueueCaller, type QueueDecision, type QueueView } from './view.ts';

export interface Settled {
  task: string;
  state: string;
  /** The lease was over, but no other attempt had begun. */
  isLate: boolean;
  /** Tasks that can be claimed now because this one is done. */
  unblocked: string[];
  blocker?: string;
}

interface Claim {
  task: Task;
  attempt: Attempt;
  /** True: the token still holds the task. False: it was given back, but not taken by another attempt. */
  isHeld: boolean;
  isLate: boolean;
}

/**
 * Finds the claim of a token. A token whose lease is over still counts until another attempt begins; a token of an attempt that was settled
 * counts for nothing.
 */
export function findClaim(view: QueueView, token: Token, action: string): Result<Claim> {
  const forbidden = refuseRole(view.caller, action, 'executor');
  if (forbidden) return reject(forbidden);
  const task = view.state.tasks.get(view.state.tokens.get(token) ?? '');
  const attempt = task?.attempts.find((each) => each.token === token);
  if (!task || !attempt) return reject(queueProblems.noClaim(token));
  const wrong =
    refuseTask(view.caller, task) ?? refuseOther(view.caller, attempt) ?? refuseLost(task, attempt);
  if (wrong) return reject(wrong);
  const isHeld = task.state === 'claimed';
  const lease = leaseOf(view, token);
  return accept({ task, attempt, isHeld, isLate: !isHeld || !lease || lease.until <= view.now });
}

/** An executor that has learned the token of another one may not settle its claim. */
function refuseOther(caller: QueueCaller, { by }: Attempt): Problem | undefined {
  return caller.role === 'executor' && by !== caller.by
    ? queueProblems.forbidden('a claim of another executor', 'leader', caller.role)
    : undefined;
}

function refuseLost(task: Task, attempt: Attempt): Problem | undefined {
  const { id } = task.spec;
  if (lastAttempt(task) !== attempt)
    return queueProblems.claimTaken(id, 'another attempt has taken the task');
  if (task.state === 'claimed') return undefined;
  if (isEnd(task.state)) return queueProblems.claimTaken(id, `the task is ${task.state}`);
  // The lease ended, and no one has taken the task since: its work still counts.
  const wasExpired = attempt.outcome === 'lease-over' || attempt.outcome === 'process-ended';
  return wasExpired && (task.state === 'queued' || task.state === 'dead')
    ? undefined
    : queueProblems.claimTaken(id, `it was already given back (${attempt.outcome ?? task.state})`);
}

export function decideComplete(
  view: QueueView,
  token: Token,
  evidence: Evidence,
): Result<QueueDecision<Settled>> {
  const fault = findEvidenceFault(evidence);
  if (fault) return reject(fault);
  const repeated = findRepeated(view, token, evidence);
  if (repeated) return accept(answerOnly(repeated));
  const claim = findClaim(view, token, 'complete');
  if (!claim.ok) return claim;
  const { task, isHeld, isLate } = claim.value;
  const { id } = task.spec;
  return accept({
    events: [{ type: 'completed', task: id, token, evidence, ...(isLate && { isLate }) }],
    ...(isHeld && { drop: [token] }),
    answer: (state) => ({ task: id, state: 'done', isLate, unblocked: findUnblocked(state, id) }),
  });
}

/** A caller that lost the answer asks again: it gets the same answer. */
function findRepeated({ state, caller }: QueueView, token: Token, { commit }: Evidence): Settled | undefined {
  const task = state.tasks.get(state.tokens.get(token) ?? '');
  const isSame =
    task?.state === 'done' && lastAttempt(task)?.token === token && task.evidence?.commit === commit;
  const attempt = task && lastAttempt(task);
  if (!task || !attempt || !isSame || refuseTask(caller, task) || refuseOther(caller, attempt))
    return undefined;
  const { id } = task.spec;
  return { task: id, state: 'done', isLate: task.isLate === true, unblocked: findUnblocked(state, id) };
}

function findEvidenceFault({ commit, text, testExit }: Evidence): Problem | undefined {
  if (commit !== '' && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    return queueProblems.badCommit(commit);
  if (commit === '' && text.trim() === '') return queueProblems.noEvidence();
  return testExit !== undefined && testExit !== 0 ? queueProblems.testFailed(testExit) : undefined;
}

export interface ReleaseRequest {
  reason: ReleaseReason;
  note: string;
  workAt: string;
}

export function decideRelease(
  view: QueueView,
  token: Token,
  { reason, note, workAt }: ReleaseRequest,
): Result<QueueDecision<Settled>> {
  const claim = findClaim(view, token, 'release');
  if (!claim.ok) return claim;
  const { task, isHeld, isLate } = claim.value;
  const { id } = task.spec;
  const already = answerOnly(settledAs(view.state, id, isLate));
  // Its lease has ended already: the task is back, and the attempt was counted.
  if (!isHeld) return accept(already);
  return accept({
    events: [
      { type: 'released', task: id, token, reason, note, workAt, ...(isLate && { isLate }) },
      ...escalateDead(view.state, task, reason, note),
    ],
    drop: [token],
    answer: (state) => settledAs(state, id, isLate),
  });
}

function settledAs(state: QueueState, id: string, isLate: boolean): Settled {
  const task = state.tasks.get(id);
  const shown = task ? openReadiness(state).of(task) : 'cancelled';
  return { task: id, state: shown, isLate, unblocked: [] };
}

export interface BlockRequest {
  kind: BlockerKind;
  question: string;
  for: 'leader' | 'human';
  workAt: string;
}

export function decideBlock(
  view: QueueView,
  token: Token,
  request: BlockRequest,
): Result<QueueDecision<Settled>> {
  if (request.question.trim() === '') return reject(queueProblems.noQuestion());
  const claim = findClaim(view, token, 'block');
  if (!claim.ok) return claim;
  const { task, isHeld, isLate } = claim.value;
  const { id } = task.spec;
  const blocker = `b${view.state.blockers.size + 1}`;
  return accept({
    events: [{ type: 'blocked', task: id, token, blocker, ...request, ...(isLate && { isLate }) }],
    ...(isHeld && { drop: [token] }),
    answer: () => ({ task: id, state: 'blocked', isLate, unblocked: [], blocker }),
  });
}

/** Checks a renewal; the engine decides whether the lease is still there. */
export function decideRenew(view: QueueView, token: Token): Result<{ task: string }> {
  const claim = findClaim(view, token, 'renew');
  if (!claim.ok) return claim;
  const { task, isHeld } = claim.value;
  const { id } = task.spec;
  return isHeld
    ? accept({ task: id })
    : reject(queueProblems.claimTaken(id, 'its lease ended and was not renewed in time'));
}
