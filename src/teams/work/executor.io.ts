import type { HeadlessContext } from '../../headless/run-headless.io.ts';
import type { OpenQueue } from '../../queue/call/open-queue.io.ts';
import { type Claimed, type ClaimRequest, decideClaim } from '../../queue/decide/claim.ts';
import type { Task } from '../../queue/state/state.ts';
import { type AgentsCost, addAgentsCosts } from '../../run/cost/amounts.ts';
import { accept, catchExpectedError, type Failure, type Result, unwrap } from '../../system/result.ts';
import { chooseWait, isDrained, shareOfBudget } from './choose-wait.ts';
import { clearLeftovers } from './clear-leftovers.io.ts';
import type { Delivery } from './deliver-attempt.io.ts';
import type { WorkCall } from './open-attempt.io.ts';
import type { Clone } from './repositories.io.ts';
import type { CoderOrder } from './run-coder.io.ts';
import { workTexts } from './wording.ts';
import { type TaskEnd, workOnTask } from './work-task.io.ts';

/** When an executor ends by itself: after one task, when nothing is left to get, or never. */
export type WorkMode = 'once' | 'drain' | 'forever';

export interface ExecutorOrder {
  open: OpenQueue;
  request: ClaimRequest;
  clones: ReadonlyMap<string, Clone>;
  mode: WorkMode;
  deliver: Delivery;
  coder: CoderOrder;
  maxCostUsd: number | undefined;
  call: WorkCall & HeadlessContext;
}

/** What an executor did. */
export interface WorkResult extends AgentsCost {
  executor: string;
  ends: TaskEnd[];
  isInterrupted: boolean;
  /** Ready tasks that it could not claim at its last look, by reason. */
  obstacles: Claimed['obstacles'];
}

const UNREACHABLE_PAUSE_MS = 5_000;

/** Claims tasks and works on them, several at a time, until the mode's end or an interrupt. Fails if the queue cannot be reached at the start. */
export async function runExecutor(order: ExecutorOrder): Promise<Result<WorkResult>> {
  const executor = new Executor(order);
  const stopListening = order.call.onInterrupt(() => executor.stop());
  const stopWatching = order.open.call.engine.watch(() => executor.wake());
  try {
    return await executor.run();
  } finally {
    stopListening();
    stopWatching();
  }
}

class Executor {
  private readonly order: ExecutorOrder;
  private readonly running = new Map<string, { done: Promise<void>; maxUsd: number }>();
  private readonly ends: TaskEnd[] = [];
  private readonly stopped = new AbortController();
  private obstacles: Claimed['obstacles'] = {};
  private claimedCount = 0;
  private pausedUntil = 0;
  private leaseMs = 0;
  private failure: unknown;
  private isIdleShown = false;
  private isAwake = false;
  private wakeUp: () => void = () => {};

  constructor(order: ExecutorOrder) {
    this.order = order;
  }

  stop(): void {
    this.stopped.abort();
    this.wake();
  }

  /** Makes the next wait end at once. */
  wake(): void {
    this.isAwake = true;
    this.wakeUp();
  }

  async run(): Promise<Result<WorkResult>> {
    const first = await this.order.open.call.readView();
    if (!first.ok) return first;
    this.leaseMs = first.value.state.limits.leaseSeconds * 1_000;
    const { open, clones, request, call } = this.order;
    await clearLeftovers(open, clones, request.executor.id, call);
    const failure = await this.claimUntilEnd();
    await this.endAll();
    if (this.failure !== undefined) throw this.failure;
    return failure ?? accept(this.describe());
  }

  /** Returns why it ended early; undefined if the mode or an interrupt ended it. */
  private async claimUntilEnd(): Promise<Failure | undefined> {
    while (this.failure === undefined) {
      const turn = await this.turn();
      if (turn === 'end') return undefined;
      if (typeof turn === 'number') {
        await this.wait(turn);
        continue;
      }
      const isHopeless = turn.cause === 'input' || this.claimedCount === 0 || this.order.mode === 'once';
      if (isHopeless) return turn;
      this.order.call.note(workTexts.unreachable(turn.diagnostics[0]?.message ?? ''));
      await this.wait(UNREACHABLE_PAUSE_MS);
    }
    return undefined;
  }

  private async endAll(): Promise<void> {
    await Promise.allSettled([...this.running.values()].map(({ done }) => done));
  }

  /** Claims a task if it can. A number: how long to wait at most, in ms. */
  private async turn(): Promise<'end' | number | Failure> {
    const { mode, request } = this.order;
    this.isAwake = false;
    if (this.stopped.signal.aborted) return 'end';
    if (mode === 'once' && this.claimedCount > 0)
      return this.running.size === 0 ? 'end' : Number.MAX_SAFE_INTEGER;
    if (this.running.size >= request.executor.slots) return Number.MAX_SAFE_INTEGER;
    const now = this.order.call.now().getTime();
    if (this.pausedUntil > now) return this.pausedUntil - now;
    const budget = this.findBudget();
    if (budget === 0) return this.running.size === 0 ? 'end' : Number.MAX_SAFE_INTEGER;
    return await this.claim(budget);
  }

  private findBudget(): number | undefined {
    const reserved = [...this.running.values()].reduce((sum, { maxUsd }) => sum + maxUsd, 0);
    const freeSlots = this.order.request.executor.slots - this.running.size;
    const spent = this.ends.reduce((sum, { costUsd }) => sum + costUsd, 0);
    const share = shareOfBudget(this.order.maxCostUsd, { spent, reserved, freeSlots });
    // Less than a cent starts no agent.
    return share !== undefined && share < 0.01 ? 0 : share;
  }

  private async claim(budget: number | undefined): Promise<'end' | number | Failure> {
    const { open, mode, request } = this.order;
    const claimed = await catchExpectedError(async () =>
      unwrap(await open.call.decide((view) => decideClaim(view, request))),
    );
    // Another process with the same name uses the slots.
    if (!claimed.ok && claimed.diagnostics[0]?.code === 'executor-full') return await this.findWait();
    if (!claimed.ok) return claimed;
    this.obstacles = claimed.value.obstacles;
    const { task } = claimed.value;
    if (task) {
      this.start({ ...claimed.value, task }, budget);
      return 0;
    }
    if (mode === 'once') return 'end';
    const view = unwrap(await open.call.readView());
    if (mode === 'drain' && this.running.size === 0 && isDrained(view.state, claimed.value)) return 'end';
    if (!this.isIdleShown && this.running.size === 0) this.order.call.note(workTexts.idle);
    this.isIdleShown = true;
    return chooseWait(view.leases, view.now);
  }

  private async findWait(): Promise<number> {
    const view = unwrap(await this.order.open.call.readView());
    return chooseWait(view.leases, view.now);
  }

  private start(claimed: Claimed & { task: Task }, budget: number | undefined): void {
    const { open, request, clones, deliver, coder, call } = this.order;
    const { spec } = claimed.task;
    const clone = clones.get(spec.repo);
    if (clone === undefined) throw new Error(`a task of repository ${spec.repo} was claimed without a clone`);
    this.claimedCount += 1;
    this.isIdleShown = false;
    call.note(workTexts.claimed(spec.id, claimed.attempt, spec.title));
    const note = (line: string) => call.note(`${spec.id}: ${line}`);
    const done = workOnTask({
      ...{ open, clone, claimed, coder, deliver, executor: request.executor.id, maxCostUsd: budget },
      ...{ leaseMs: this.leaseMs, signal: this.stopped.signal, note },
      call: { ...call, note, progress: () => {}, stderrIsTerminal: false },
    })
      .then((end) => this.finish(end))
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => {
        this.running.delete(claimed.token);
        this.wake();
      });
    this.running.set(claimed.token, { done, maxUsd: budget ?? 0 });
  }

  private finish(end: TaskEnd): void {
    this.ends.push(end);
    this.order.call.note(workTexts.ended(end.task, `${end.state}: ${end.reason}`));
    if (end.limitedUntil === undefined || end.limitedUntil <= this.pausedUntil) return;
    this.pausedUntil = end.limitedUntil;
    this.order.call.note(workTexts.limited(new Date(end.limitedUntil).toISOString()));
  }

  private async wait(ms: number): Promise<void> {
    if (ms <= 0 || this.isAwake) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
    });
    clearTimeout(timer);
    this.wakeUp = () => {};
  }

  private describe(): WorkResult {
    const { ends, obstacles } = this;
    const isInterrupted = this.stopped.signal.aborted;
    const { id: executor } = this.order.request.executor;
    return { executor, ends, ...addAgentsCosts(ends), isInterrupted, obstacles };
  }
}
