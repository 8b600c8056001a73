import type { Model, PlannedAgent } from '../run/ledger/manifest.ts';
import type { Hold, ServiceState } from '../run/ledger/service-state.ts';
import type { BackOff } from '../run/limits/back-off.ts';
import type { Refusal } from '../run/limits/refusal.ts';
import { type Limiter, limiterOf, recordRateLimit, recordSuccess } from './limiter.ts';

/** What to do at a used-up limit of the account: wait for its end, or halt. */
export type LimitPolicy = 'wait' | 'halt';
/** The longest wait for the end of a limit, a little more than the service's window of 5 hours, in milliseconds. */
const MAX_LIMIT_WAIT_MS = 6 * 3_600_000;
/** How often a wait for a time of day looks at the clock, in milliseconds, because the machine may sleep meanwhile. */
const CLOCK_MS = 60_000;

/** The limiters of a runner, by model. Times are milliseconds of one clock. */
export class ServiceLimits {
  readonly limiters = new Map<Model, Limiter>();
  private readonly backOff: BackOff;

  constructor(backOff: BackOff) {
    this.backOff = backOff;
  }

  /** Takes an ended attempt into account. `random` is 0 to 1, `now` of the runner's clock, `wall` of the wall clock. */
  record(
    { model }: PlannedAgent,
    end: { refusal: Refusal | undefined; isDone: boolean },
    at: { startedAt: number; now: number; wall: number; random: number },
  ): void {
    if (model === null) return;
    const limiter = limiterOf(this.limiters, model);
    if (end.refusal?.kind === 'blip') {
      const statedMs = Math.max(0, (end.refusal.until ?? at.wall) - at.wall);
      this.limiters.set(model, recordRateLimit(limiter, { ...at, statedMs }, this.backOff));
    } else if (end.isDone) this.limiters.set(model, recordSuccess(limiter));
  }

  /** How long no agent of the model starts. */
  waitOf(model: Model | null, clock: number): number {
    return Math.max(0, Math.round(limiterOf(this.limiters, model).notBefore - clock));
  }

  /** Milliseconds until something that is held back may start; undefined if nothing is. `now` is the wall clock. */
  nextChange(service: ServiceState, { clock, now }: { clock: number; now: number }): number | undefined {
    const blips = [...this.limiters.values()].map(({ notBefore }) => notBefore - clock);
    const holds = [...service.holds.values()].map(({ until }) => Math.min(until - now, CLOCK_MS));
    const left = [...blips, ...holds].filter((ms) => ms > 0);
    return left.length === 0 ? undefined : Math.min(...left);
  }
}

/** Whether a run halts at this limit instead of waiting for its end. */
export function isTooLong({ until }: Hold, now: number, policy: LimitPolicy): boolean {
  return policy === 'halt' || until - now > MAX_LIMIT_WAIT_MS;
}
