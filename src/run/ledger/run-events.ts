import type { FindingCounts } from '../../findings/finding.ts';
import type { EventOf } from './events.ts';
import type { Driver } from './manifest.ts';

/** Builds the event of a session that runs this run. `transcript` is the path of its conversation, if known. */
export function buildSessionSeenEvent(session: string, transcript?: string): EventOf<'session-seen'> {
  return { type: 'session-seen', session, ...(transcript === undefined ? {} : { transcript }) };
}

/** Builds the event of a plan whose agents may be dispatched. */
export function buildPlanConfirmedEvent(): EventOf<'plan-confirmed'> {
  return { type: 'plan-confirmed' };
}

/** Builds the event of a plan whose commands may run. `hash` covers all of them. */
export function buildCommandsApprovedEvent(
  hash: string,
  by: EventOf<'commands-approved'>['by'],
): EventOf<'commands-approved'> {
  return { type: 'commands-approved', hash, by };
}

/** Builds the event of a chosen runner; without `by` the user chose it. */
export function buildDriverChosenEvent(driver: Driver, by?: 'engine'): EventOf<'driver-chosen'> {
  return { type: 'driver-chosen', driver, ...(by === undefined ? {} : { by }) };
}

/** Builds the event that stops all dispatches until a human resumes the run. */
export function buildHaltedEvent(reason: string): EventOf<'halted'> {
  return { type: 'halted', reason };
}

/** Builds the event that ends a halt. */
export function buildResumedEvent(): EventOf<'resumed'> {
  return { type: 'resumed' };
}

/** Builds the event of a written report. `gaps` is the number of agents without a valid output. */
export function buildReportedEvent(findings: FindingCounts, gaps: number): EventOf<'reported'> {
  return { type: 'reported', findings, gaps };
}
