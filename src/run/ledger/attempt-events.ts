import type { EventOf } from './events.ts';

/** Builds the `dispatched` event that begins an attempt. */
export function buildDispatchedEvent(facts: Omit<EventOf<'dispatched'>, 'type'>): EventOf<'dispatched'> {
  return { type: 'dispatched', ...facts };
}

/** Builds the `released` event, which ends an attempt and gives it back to its agent. */
export function buildReleasedEvent(agent: string, attempt: number, reason: string): EventOf<'released'> {
  return { type: 'released', agent, attempt, reason };
}

/** Builds the `rate-limited` event, which ends an attempt that the service refused. `waitMs` is 0 if nothing waits. */
export function buildRateLimitedEvent(
  agent: string,
  attempt: number,
  waitMs: number,
): EventOf<'rate-limited'> {
  return { type: 'rate-limited', agent, attempt, waitMs };
}

/** What an attempt used. */
export type AttemptCost = Omit<EventOf<'spent'>, 'type' | 'agent' | 'attempt'>;

/** Builds the `spent` event of an attempt. */
export function buildSpentEvent(agent: string, attempt: number, cost: AttemptCost): EventOf<'spent'> {
  return { type: 'spent', agent, attempt, ...cost };
}

/** Builds the `gap` event of an agent that has no valid output and gets no further attempt. */
export function buildGapEvent(agent: string, reason: string, by: EventOf<'gap'>['by']): EventOf<'gap'> {
  return { type: 'gap', agent, reason, by };
}
