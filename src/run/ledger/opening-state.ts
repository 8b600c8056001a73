import type { LedgerEntry } from './run-event.ts';
import { applyEvent, emptyState, type RunState } from './state.ts';

/** Fields of a run's state that let something start or open a gate. */
const OPENING = [
  'created',
  'planHash',
  'plannedAt',
  'confirmed',
  'confirmedAt',
  'askedPlan',
  'approvedCommands',
  'approvedSetup',
  'askedCommands',
  'questions',
  'gates',
  'approvals',
] as const satisfies readonly (keyof RunState)[];
const OPENING_OF_BUILD = ['askedConflicts', 'approvedConflicts'] as const;

/** Returns the state without what opens anything, which is never taken from a snapshot. */
export function withoutOpenings(state: RunState): RunState {
  return withOpeningsOf(state, emptyState());
}

/**
 * Returns the state with the gates, confirmations, approvals and questions that these entries give. `entries`: those of `isOpening`, proved, in the
 * order of the ledger.
 */
export function restoreOpenings(state: RunState, entries: readonly LedgerEntry[]): RunState {
  const opened = emptyState();
  for (const entry of entries) applyEvent(opened, entry);
  return withOpeningsOf(state, opened);
}

function withOpeningsOf(state: RunState, source: RunState): RunState {
  const { build } = source;
  const own = Object.fromEntries(Object.entries(state).filter(([key]) => !isOpeningField(key)));
  const opening = Object.fromEntries(
    OPENING.filter((key) => source[key] !== undefined).map((key) => [key, source[key]]),
  );
  const ofBuild = Object.fromEntries(OPENING_OF_BUILD.map((key) => [key, build[key]]));
  return { ...own, ...opening, build: { ...state.build, ...ofBuild } } as RunState;
}

const isOpeningField = (key: string): boolean => (OPENING as readonly string[]).includes(key);
