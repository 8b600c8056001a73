import { plainText } from '../../findings/plain-text.ts';
import { buildHaltedEvent, buildRateLimitedEvent, buildRefusedEvent } from '../ledger/events.ts';
import type { RunEvent } from '../ledger/run-event.ts';
import { refusalKey, type ServiceState } from '../ledger/service-state.ts';
import type { Refusal } from './refusal.ts';

/** Blips in a row at one agent after which the run halts. */
export const MAX_BLIPS_IN_A_ROW = 20;
/** Refusals for good, all alike, after which the run halts. */
export const MAX_REFUSALS_ALIKE = 3;
/** How long a usage limit is taken to last if the service does not say, in milliseconds. */
export const UNKNOWN_LIMIT_MS = 30 * 60_000;
/** How long a usage limit lasts whose stated end has passed although the service still refuses, in milliseconds. */
const PASSED_LIMIT_MS = 60_000;

export interface RefusedAttempt {
  agent: string;
  attempt: number;
  refusal: Refusal;
  /** For a blip: how long nothing starts, if the service states no longer time. */
  waitMs: number;
  /** Blips in a row before this one. */
  blips: number;
  service: ServiceState;
  now: number;
}

/**
 * The events of an attempt that the service refused. The attempt goes back to its agent, which never becomes a gap by it; where waiting does
 * not help, the run halts. Pure.
 */
export function recordRefusal(refused: RefusedAttempt): RunEvent[] {
  const { agent, attempt, refusal, waitMs, now } = refused;
  const text = plainText(refusal.text, 200);
  const model = refusal.model === undefined ? {} : { model: refusal.model };
  if (refusal.kind === 'permanent') {
    const cause = refusal.cause ?? 'refused';
    const event = buildRefusedEvent({ agent, attempt, cause, ...model, text });
    const before = refused.service.refusals.get(refusalKey(event)) ?? 0;
    // Attempts that were already running end alike: one halt is enough.
    return before + 1 === MAX_REFUSALS_ALIKE
      ? [
          event,
          buildHaltedEvent(`the service refuses every agent${forModel(model.model)}, ${cause}: ${text}`),
        ]
      : [event];
  }
  if (refusal.kind === 'usage') {
    const stated = refusal.until ?? now + UNKNOWN_LIMIT_MS;
    const until = new Date(stated > now ? stated : now + PASSED_LIMIT_MS).toISOString();
    const { answering } = refusal;
    const models = { ...model, ...(answering === undefined ? {} : { answering }) };
    return [buildRateLimitedEvent({ agent, attempt, waitMs: 0, kind: 'usage', ...models, until, text })];
  }
  const longest = Math.max(waitMs, (refusal.until ?? now) - now);
  const event = buildRateLimitedEvent({ agent, attempt, waitMs: longest, kind: 'blip', ...model, text });
  return (refused.blips + 1) % MAX_BLIPS_IN_A_ROW === 0
    ? [event, buildHaltedEvent(`the service refused ${agent} ${MAX_BLIPS_IN_A_ROW} times in a row: ${text}`)]
    : [event];
}

function forModel(model: string | undefined): string {
  return model === undefined ? '' : ` of the model ${model}`;
}
