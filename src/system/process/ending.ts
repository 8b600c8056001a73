import { endSurvivors, findGroupMembers, findMarkedAfterTurn, signalGroup } from './survivors.ts';

export type EndReason = 'timeout' | 'stalled' | 'stopped';

/** Maximum grace for leftover processes if the leader ended by itself. */
const MAX_LEFTOVER_MS = 500;
/** After SIGKILL, only a process that hangs in the kernel (e.g. on a dead network disk) remains. */
const MAX_DEATH_MS = 5_000;

/** Maximum grace of a group that is stopped: who interrupts a call does not wait for its timeouts. */
const MAX_STOP_GRACE_MS = 1_000;

/** Ends a process group: a signal, then SIGKILL after the grace. */
export class GroupEnding {
  reason: EndReason | undefined;
  /** Resolves, like an exit without code and signal, if the group survives SIGKILL. */
  readonly givenUp: Promise<[null, null]>;
  private readonly group: number;
  private readonly graceMs: number;
  private killAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private giveUp: (exit: [null, null]) => void = () => {};

  constructor(group: number, graceMs: number) {
    this.group = group;
    this.graceMs = graceMs;
    this.givenUp = new Promise((resolve) => {
      this.giveUp = resolve;
    });
  }

  /** Keeps the first reason. A later call can only shorten the grace. */
  begin(reason: EndReason, signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.isClosed) return;
    this.reason ??= reason;
    if (signal === 'SIGKILL') this.kill();
    else this.terminate(signal, reason === 'stopped' ? MAX_STOP_GRACE_MS : this.graceMs);
  }

  private terminate(signal: NodeJS.Signals, maxGraceMs: number): void {
    signalGroup(this.group, signal);
    const graceMs = Math.min(this.graceMs, maxGraceMs);
    const killAt = performance.now() + graceMs;
    if (this.killAt !== undefined && this.killAt <= killAt) return;
    this.killAt = killAt;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.kill(), graceMs);
  }

  private kill(): void {
    clearTimeout(this.timer);
    this.killAt = performance.now();
    signalGroup(this.group, 'SIGKILL');
    this.timer = setTimeout(() => this.giveUp([null, null]), MAX_DEATH_MS);
  }

  /** Stops signalling, because the leader's pid may be reused after its end. Returns the remaining grace for the others, in ms. */
  close(): number {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.killAt === undefined) return Math.min(this.graceMs, MAX_LEFTOVER_MS);
    return Math.max(0, this.killAt - performance.now());
  }
}

/** Within this time, pids do not wrap around, so a leader's children have higher pids than the leader. */
const PID_REUSE_MS = 500;

/**
 * Ends processes that a leader left behind: members of its group, and other processes with its mark. Checking every process of
 * the machine takes milliseconds, so after a short program only those with higher pids are checked, and leaders that end together share a
 * check. `graceMs`: from SIGTERM to SIGKILL; `ranMs`: how long the leader ran.
 */
export async function endLeftoverProcesses(
  group: number,
  mark: string | undefined,
  graceMs: number,
  ranMs: number,
): Promise<void> {
  const above = ranMs < PID_REUSE_MS ? group : 0;
  const find = async () => [
    ...findGroupMembers([group]),
    ...(mark === undefined ? [] : await findMarkedAfterTurn(mark, above)),
  ];
  await endSurvivors(find, graceMs);
}
