import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../../findings/plain-text.ts';
import { sendNotice } from '../../run/ledger/notify.io.ts';
import { identifyProcess, isAlive } from '../../system/process/identity.ts';
import { randomHex } from '../../system/random-hex.ts';
import { accept, ExpectedError, fault, type Result, reject } from '../../system/result.ts';
import { type FindProofFault, takeProved } from '../decide/take-proved.ts';
import type { QueueCaller, QueueDecision, QueueView } from '../decide/view.ts';
import type { Appended, Fresh, QueueEngine } from '../engine/engine.ts';
import type { QueueEvent } from '../model/queue-event.ts';
import type { Lease } from '../model/types.ts';
import { applyBatch } from '../state/replay.ts';
import { parseState, serializeState } from '../state/snapshot.ts';
import { emptyQueue, type Idea, type QueueState } from '../state/state.ts';
import { queueProblems } from '../wording.ts';

/** How many batches a reader replays before it leaves a snapshot for the next one. */
const SNAPSHOT_BATCHES = 1_000;
/** How long a call tries again when others were faster, in ms. */
const TRY_MS = 30_000;
/** Tries without a pause: the answer to a lost race holds what was missed. */
const MAX_IMMEDIATE_TRIES = 2;
/** The random pause between two tries, in ms: it grows up to the largest one. */
const PAUSE_MS = { first: 4, largest: 120 };

/** Decides who calls, from the present state. */
export type Authorize = (state: QueueState, now: number, isWrite: boolean) => Result<QueueCaller>;

export interface CallOptions {
  /** For messages; holds no password. */
  place: string;
  authorize: Authorize;
  /** All callers are on this machine, so a process of an earlier boot has ended. */
  isLocal: boolean;
  /** Checks the proofs of humans' decisions; without it, all that the engine holds counts. */
  findFault?: FindProofFault | undefined;
  /** Says why the approval of an idea does not count. Without it, no task is compared with its approved plan. */
  findIdeaFault?: ((state: QueueState, idea: Idea) => string | undefined) | undefined;
}

/** One caller's view of a queue: reads, decides, appends, and decides again if another caller was faster. */
export class QueueCall {
  readonly place: string;
  readonly engine: QueueEngine;
  private readonly authorize: Authorize;
  private readonly isLocal: boolean;
  private readonly findFault: FindProofFault | undefined;
  private readonly findIdeaFault: CallOptions['findIdeaFault'];
  private state: QueueState = emptyQueue();
  private leases: Lease[] = [];
  /** The engine's clock minus this process's, in ms. */
  private clockOffset = 0;
  private isRead = false;
  /** The last call that reads or writes: an answer that arrives late would put old leases over new ones. */
  private lastCall: Promise<unknown> = Promise.resolve();

  constructor(engine: QueueEngine, { place, authorize, isLocal, findFault, findIdeaFault }: CallOptions) {
    this.engine = engine;
    this.place = place;
    this.authorize = authorize;
    this.isLocal = isLocal;
    this.findFault = findFault;
    this.findIdeaFault = findIdeaFault;
  }

  /** Whether the queue was created. Asks for no right: a machine that joins a queue has no token yet. */
  async exists(): Promise<boolean> {
    await this.inTurn(() => this.refresh());
    return this.state.id !== '';
  }

  /** Reads what is new, and returns the view. */
  async readView(): Promise<Result<QueueView>> {
    await this.inTurn(() => this.refresh());
    return this.view(false);
  }

  /**
   * Decides on the state that is known, or on a fresh one if there is none, and writes what was decided. A refusal is decided again on a fresh
   * state, since the known one may be old.
   */
  decide<T>(make: (view: QueueView) => Result<QueueDecision<T>>): Promise<Result<T>> {
    return this.inTurn(() => this.decideAlone(make));
  }

  /** Runs `work` after all earlier calls have ended. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastCall.then(work);
    this.lastCall = done.catch(() => undefined);
    return done;
  }

  private async decideAlone<T>(make: (view: QueueView) => Result<QueueDecision<T>>): Promise<Result<T>> {
    const deadline = performance.now() + TRY_MS;
    const known = this.isRead ? await this.tryOnce(make) : undefined;
    if (known?.isWritten) return known.result;
    // After a lost race, the state is fresh already.
    if (known !== undefined || !this.isRead) await this.refresh();
    for (let tries = 1; performance.now() < deadline; tries += 1) {
      const done = await this.tryOnce(make);
      if (done) return done.result;
      if (tries < MAX_IMMEDIATE_TRIES) continue;
      // What was learned before the pause is old after it, so it is read again: otherwise others always win.
      await pauseRandomly(tries);
      await this.refresh();
    }
    throw new ExpectedError(fault(queueProblems.busy(this.place, TRY_MS)));
  }

  /** Undefined: another caller was faster, and the state is fresh now. */
  private async tryOnce<T>(
    make: (view: QueueView) => Result<QueueDecision<T>>,
  ): Promise<{ result: Result<T>; isWritten: boolean } | undefined> {
    const view = this.view(true);
    const decided = view.ok ? make(view.value) : view;
    if (!decided.ok) return { result: decided, isWritten: false };
    const { events, answer, ...leases } = decided.value;
    if (events.length === 0)
      return { result: accept(answer(this.state, undefined), decided.diagnostics), isWritten: false };
    const appended = await this.engine.append(this.state.seq, { seenAt: this.state.at, events, ...leases });
    this.applyAppended(appended, events);
    if (!appended.ok) return undefined;
    this.tellHumans(events);
    const until = this.leases.find(({ token }) => token === leases.take?.token)?.until;
    return { result: accept(answer(this.state, until), decided.diagnostics), isWritten: true };
  }

  /** Tells the user's program `notify` about questions that only a human may answer. Only the caller that wrote them tells them. */
  private tellHumans(events: readonly QueueEvent[]): void {
    const { name, seq, at } = this.state;
    for (const event of events) {
      if (event.type !== 'blocked' || event.for !== 'human') continue;
      sendNotice(undefined, {
        ...{ version: 1, kind: 'blocker', source: name, offset: seq, at: new Date(at).toISOString() },
        text: plainText(`task ${event.task} asks: ${event.question}`, 300),
        command: `sao blocker resolve ${event.blocker} --queue ${name}`,
      });
    }
  }

  /** Extends a lease by the queue's usual time. Returns its new end by the engine's clock. */
  async renew(
    token: string,
    check: (view: QueueView) => Result<{ task: string }>,
  ): Promise<Result<{ task: string; until: number }>> {
    if (!this.isRead) await this.inTurn(() => this.refresh());
    const view = this.view(true);
    const checked = view.ok ? check(view.value) : view;
    if (!checked.ok) return checked;
    const { task } = checked.value;
    const until = await this.engine.renew(token, this.state.limits.leaseSeconds * 1_000);
    if (until === 'taken') {
      this.isRead = false;
      return reject(queueProblems.claimTaken(task, 'its lease ended and was not renewed in time'));
    }
    this.leases = this.leases.map((lease) => (lease.token === token ? { ...lease, until } : lease));
    return accept({ task, until });
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  private view(isWrite: boolean): Result<QueueView> {
    const now = Date.now() + this.clockOffset;
    const caller = this.authorize(this.state, now, isWrite);
    if (!caller.ok) return caller;
    const { state, findIdeaFault } = this;
    return accept({
      state,
      leases: this.leases,
      now,
      nonce: randomHex(12),
      caller: caller.value,
      hasEnded: (lease) => hasEnded(lease, this.isLocal),
      findIdeaFault: findIdeaFault && ((idea) => findIdeaFault(state, idea)),
    });
  }

  private async refresh(): Promise<void> {
    const { seq, at } = this.state;
    const fresh = await this.engine.read(seq, seq > 0 ? at : undefined);
    if (fresh.snapshot) {
      const state = parseState(fresh.snapshot.text);
      if (!state) {
        await this.replayAll();
        return;
      }
      this.state = state;
    }
    this.apply(fresh);
    this.isRead = true;
    if (fresh.batches.length >= SNAPSHOT_BATCHES) await this.storeSnapshot();
  }

  /** Another version wrote the snapshot: all batches are read. */
  private async replayAll(): Promise<void> {
    this.state = emptyQueue();
    this.apply(await this.engine.read(-1));
    this.isRead = true;
  }

  private apply({ batches, leases, now, isReset }: Fresh): void {
    if (isReset) this.state = emptyQueue();
    for (const batch of batches)
      applyBatch(this.state, this.findFault ? takeProved(this.state, batch, this.findFault) : batch);
    this.leases = leases;
    this.clockOffset = now - Date.now();
  }

  private applyAppended(appended: Appended, events: QueueEventList): void {
    if (!appended.ok) this.apply(appended);
    else {
      const { seq, at, leases } = appended;
      this.apply({ batches: [{ seq, at, events }], leases, now: at });
    }
  }

  private async storeSnapshot(): Promise<void> {
    try {
      await this.engine.keep({ seq: this.state.seq, text: serializeState(this.state) });
    } catch {
      // The next reader replays more.
    }
  }
}

type QueueEventList = Fresh['batches'][number]['events'];

/** Callers that lost a race must not try again all at the same time. */
async function pauseRandomly(tries: number): Promise<void> {
  const bound = Math.min(PAUSE_MS.largest, PAUSE_MS.first * 2 ** Math.min(tries, 8));
  await sleep(Math.random() * bound);
}

/** Whether the process of a lease has ended. Of processes on other machines nothing is known. */
function hasEnded({ process: holder }: Lease, isLocal: boolean): boolean {
  if (holder === undefined) return false;
  const isHere = isLocal || (holder.boot !== '' && holder.boot === identifyProcess()?.boot);
  return isHere && !isAlive(holder);
}
