import { endSurvivors, findMarked, findMembers, signalGroup } from './survivors.ts';

export type EndReason = 'timeout' | 'stalled' | 'stopped';

/** The longest that leftovers of a leader that ended by itself may take for their own end. */
const LEFTOVER_MS = 500;
/** After SIGKILL only a process that hangs in the kernel, on a dead network disk say, is still there. */
const GIVE_UP_MS = 5_000;

/** How we end a group: a signal, and SIGKILL when the grace is over. */
export class Ending {
  reason: EndReason | undefined;
  /** Resolves, like an exit without code and signal, when not even SIGKILL helped. */
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

  /** The first reason stays; a later call can only be harder. */
  begin(reason: EndReason, signal: NodeJS.Signals = 'SIGTERM'): void {
    if (this.isClosed) return;
    this.reason ??= reason;
    if (signal === 'SIGKILL') this.kill();
    else this.terminate(signal);
  }

  private terminate(signal: NodeJS.Signals): void {
    signalGroup(this.group, signal);
    this.killAt ??= performance.now() + this.graceMs;
    this.timer ??= setTimeout(() => this.kill(), this.graceMs);
  }

  private kill(): void {
    clearTimeout(this.timer);
    this.killAt = performance.now();
    signalGroup(this.group, 'SIGKILL');
    this.timer = setTimeout(() => this.giveUp([null, null]), GIVE_UP_MS);
  }

  /** The leader has ended, its pid may be given away: no more signals. Returns the grace that is left for the others, in ms. */
  close(): number {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.killAt === undefined) return Math.min(this.graceMs, LEFTOVER_MS);
    return Math.max(0, this.killAt - performance.now());
  }
}

/** A leader's children have higher pids than it has, unless the numbers started again: not within this time. */
const BRIEF_MS = 500;

/**
 * Ends what a leader left behind: members of its group, and whoever carries its mark elsewhere. To look at every process of
 * the machine costs milliseconds, which is much after a program that ran for one.
 */
export async function endLeftovers(
  group: number,
  mark: string | undefined,
  graceMs: number,
  ranMs: number,
): Promise<void> {
  const above = ranMs < BRIEF_MS ? group : 0;
  const find = () => [...findMembers([group]), ...(mark === undefined ? [] : findMarked(mark, above))];
  await endSurvivors(find, graceMs);
}
