import type { EventOf } from './events.ts';

/** Builds the `stage-checked` event: the engine's own check of a stage's work. */
export function buildStageCheckedEvent(
  check: Omit<EventOf<'stage-checked'>, 'type'>,
): EventOf<'stage-checked'> {
  return { type: 'stage-checked', ...check };
}

/** Builds the event of a human's approval at a gate. */
export function buildGateApprovedEvent(
  approval: Omit<EventOf<'gate-approved'>, 'type'>,
): EventOf<'gate-approved'> {
  return { type: 'gate-approved', ...approval };
}
