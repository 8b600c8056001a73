import { hostname } from 'node:os';
import type { HeadlessContext } from '../../headless/run-headless.io.ts';
import { findIdeaApprovalFault } from '../../queue/call/approve.io.ts';
import type { OpenQueue } from '../../queue/call/open-queue.io.ts';
import { openTaskCheck } from '../../queue/decide/approved-task.ts';
import type { Claimed } from '../../queue/decide/claim.ts';
import {
  type BlockRequest,
  decideBlock,
  decideComplete,
  decideRelease,
  type Settled,
} from '../../queue/decide/settle.ts';
import type { QueueDecision, QueueView } from '../../queue/decide/view.ts';
import type { Evidence, ReleaseReason } from '../../queue/model/types.ts';
import type { Task } from '../../queue/state/state.ts';
import { type AgentsCost, NO_COST } from '../../run/cost/amounts.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { ExpectedError, type Result, reject, unwrap } from '../../system/result.ts';
import { removeWorktree } from '../../workspace/worktree/remove.io.ts';
import { type AttemptName, deliveryBranch } from './attempt-names.ts';
import { type Delivery, deliverAttempt, publishLeftovers } from './deliver-attempt.io.ts';
import { findBase, taskProblem } from './find-base.io.ts';
import { judgeRunEnd, noteOf } from './judge-attempt.ts';
import { keepLease, type LeaseKeeper } from './keep-lease.io.ts';
import { CODER, type OpenAttempt, openAttempt, type WorkCall } from './open-attempt.io.ts';
import { proveAttempt } from './prove-attempt.io.ts';
import { branchRef, type Clone, fetchBranches } from './repositories.io.ts';
import { type CoderOrder, runCoder } from './run-coder.io.ts';
import { settleClaim } from './settle-attempt.io.ts';
import { workTexts } from './wording.ts';

/** Everything that one claim is worked on with. */
export interface TaskOrder {
  open: OpenQueue;
  clone: Clone;
  claimed: Claimed & { task: Task };
  executor: string;
  call: WorkCall & HeadlessContext;
  coder: CoderOrder;
  deliver: Delivery;
  maxCostUsd: number | undefined;
  /** How long a lease lasts, in ms. */
  leaseMs: number;
  /** Aborted when the executor is stopped. */
  signal: AbortSignal;
  note(line: string): void;
}

/** How work on a claim ended, for the executor's report. */
export interface TaskEnd extends AgentsCost {
  task: string;
  attempt: number;
  /** `done`, `ready`, `dead`, `blocked` …, as the queue says; `lost`: another attempt may have begun. */
  state: string;
  reason: string;
  /** The service refuses agents until then, in ms since the epoch. */
  limitedUntil?: number;
}

/** What the queue is to be told of an attempt. */
type Ending =
  | { kind: 'complete'; evidence: Evidence }
  | { kind: 'block'; request: Omit<BlockRequest, 'workAt'> }
  | { kind: 'release'; reason: ReleaseReason; note: string };
type Decide = (view: QueueView) => Result<QueueDecision<Settled>>;

function decisionOf(ending: Ending, token: string, left: string): Decide {
  return (view) => {
    if (ending.kind === 'complete') return decideComplete(view, token, ending.evidence);
    if (ending.kind === 'block') return decideBlock(view, token, { ...ending.request, workAt: left });
    return decideRelease(view, token, { reason: ending.reason, note: ending.note, workAt: left });
  };
}

function reasonOf(ending: Ending): string {
  if (ending.kind === 'complete') return ending.evidence.commit;
  return ending.kind === 'block' ? ending.request.question : `${ending.reason}: ${ending.note}`;
}

const notProved = (faults: readonly string[]): Ending => ({
  kind: 'release',
  reason: 'not-proved',
  note: noteOf(faults.join('; ')),
});

/** Calls `stop` once the signal is aborted. Returns a function that ends this. */
function listen(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** Works on a claim from its worktree to the queue's answer, and renews the claim meanwhile. */
export async function workOnTask(order: TaskOrder): Promise<TaskEnd> {
  const { open, claimed, note } = order;
  const work = new TaskWork(order);
  const lost = new AbortController();
  const keeper = keepLease(open.call, claimed.token, order.leaseMs, () => lost.abort());
  const stop = AbortSignal.any([order.signal, lost.signal]);
  try {
    const ending = await work.run(keeper, stop);
    // From here on the answer of the queue counts: a renewal has nothing to keep.
    if (lost.signal.aborted) return await work.abandon();
    return await work.settle(ending);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    if (lost.signal.aborted) return await work.abandon();
    note(workTexts.ended(claimed.task.spec.id, error.message));
    return await work.settle(endingOfFailure(error, order.signal));
  } finally {
    keeper.stop();
    work.close();
  }
}

/** A failure of the machine, the network or the service is no fault of the attempt. */
function endingOfFailure({ failure, message }: ExpectedError, signal: AbortSignal): Ending {
  if (signal.aborted) return { kind: 'release', reason: 'handed-back', note: 'the executor was stopped' };
  const reason = failure.cause === 'environment' ? 'unreachable' : 'failed';
  return { kind: 'release', reason, note: noteOf(message) };
}

class TaskWork {
  private readonly order: TaskOrder;
  private readonly name: AttemptName;
  private attempt: OpenAttempt | undefined;
  private startRef = 'HEAD';
  private cost = NO_COST;
  private limitedUntil: number | undefined;

  constructor(order: TaskOrder) {
    const { open, claimed, executor } = order;
    this.order = order;
    this.name = {
      queue: open.place.name,
      spec: claimed.task.spec,
      attempt: claimed.attempt,
      executor,
    };
  }

  /** Prepares, runs the agent, checks and delivers. */
  async run(keeper: LeaseKeeper, signal: AbortSignal): Promise<Ending> {
    const { clone, call, coder, maxCostUsd } = this.order;
    const attempt = await this.prepare();
    const context = { ...call, onInterrupt: (stop: () => void) => listen(signal, stop) };
    const end = await runCoder(attempt, { ...coder, maxCostUsd }, context);
    this.cost = end.cost;
    this.limitedUntil = end.limitedUntil;
    const verdict = judgeRunEnd(end);
    if (verdict.kind !== 'prove') return verdict;
    const { spec } = this.name;
    const options = { env: call.env, signal };
    const proof = await proveAttempt(attempt, spec, options);
    if (signal.aborted) return { kind: 'release', reason: 'handed-back', note: 'the executor was stopped' };
    if (proof.faults.length > 0) return notProved(proof.faults);
    const delivered = await deliverAttempt(this.name, attempt, clone, {
      commit: proof.commit,
      how: this.order.deliver,
      fence: () => keeper.fence(),
      options,
    });
    if (!delivered.ok) return notProved(delivered.faults);
    const { testExit, text } = proof;
    const evidence = { commit: delivered.commit, text, ...(testExit !== undefined && { testExit }) };
    return { kind: 'complete', evidence };
  }

  private async prepare(): Promise<OpenAttempt> {
    const { open, clone, claimed, call } = this.order;
    const { spec } = this.name;
    const { state } = unwrap(await open.call.readView());
    const check = openTaskCheck(state, (idea) => findIdeaApprovalFault(state, idea, open.place));
    const fault = check(spec);
    if (fault !== undefined) throw new ExpectedError(reject(taskProblem(spec, fault)));
    await fetchBranches(clone);
    const { base, startRef } = unwrap(await findBase(clone, state, spec));
    this.startRef = startRef;
    const task = state.tasks.get(spec.id) ?? claimed.task;
    this.attempt = await openAttempt(this.name, { state, task, base, startRef }, clone, call);
    return this.attempt;
  }

  /** Tells the queue how the attempt ended, and removes its worktree once its work is elsewhere. */
  async settle(ending: Ending): Promise<TaskEnd> {
    const { open, claimed, signal, note } = this.order;
    const left = ending.kind === 'complete' ? '' : await this.keepWork();
    const decide = decisionOf(ending, claimed.token, left);
    const settled = await settleClaim(open.call, decide, {
      signal,
      onUnreachable: (reason) => note(workTexts.unreachable(reason)),
    });
    if (!settled.ok) {
      const reason = settled.diagnostics[0]?.message ?? '';
      return settled.cause === 'input' ? await this.abandon(reason) : this.end('unknown', reason);
    }
    if (ending.kind === 'complete') await this.clear(branchRef(this.order.clone, deliveryBranch(this.name)));
    if (settled.value.state === 'dead' && ending.kind === 'release') await this.escalate(ending.note);
    return this.end(settled.value.state, reasonOf(ending));
  }

  /** Lets another call clear what is left of the attempt. */
  close(): void {
    this.attempt?.lock.release();
  }

  /** Another attempt may have begun: nothing is delivered, and the work stays under a rescue ref. */
  async abandon(reason: string = workTexts.taken): Promise<TaskEnd> {
    const rescued = await this.clear(this.startRef);
    return this.end('lost', rescued.length === 0 ? reason : `${reason}; its work is kept at ${rescued[0]}`);
  }

  /** Removes the worktree. Returns the rescue refs of work that is nowhere else. */
  private async clear(target: string): Promise<string[]> {
    if (!this.attempt) return [];
    const removed = await removeWorktree(this.attempt.site, CODER, { target });
    return removed.ok ? removed.value.rescued : [];
  }

  /** Keeps the work of an attempt that failed or asks, and returns where the next attempt finds it. */
  private async keepWork(): Promise<string> {
    const { clone, signal } = this.order;
    // A stopped executor has to end soon: its worktree is cleared by the next call.
    if (!this.attempt || signal.aborted)
      return this.attempt ? `${this.attempt.tree.branch} on ${hostname()}` : '';
    const [rescued] = await this.clear(this.startRef);
    const commit = rescued && (await findCommit(clone.directory, rescued));
    if (rescued === undefined || commit === undefined || commit === this.attempt.base) return '';
    const branch = await publishLeftovers(this.name, clone, { commit });
    return branch || `${rescued} on ${hostname()}`;
  }

  private async escalate(reason: string): Promise<void> {
    const { clone } = this.order;
    const kept = await findCommit(clone.directory, branchRef(clone, deliveryBranch(this.name)));
    const commit = kept ?? this.attempt?.base;
    if (commit !== undefined)
      await publishLeftovers(this.name, clone, { commit, escalation: reason.slice(0, 100) });
  }

  private end(state: string, reason: string): TaskEnd {
    const { spec, attempt } = this.name;
    const { cost, limitedUntil } = this;
    const limit = limitedUntil === undefined ? {} : { limitedUntil };
    return { task: spec.id, attempt, state, reason, ...cost, ...limit };
  }
}
