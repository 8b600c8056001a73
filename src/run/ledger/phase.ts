import type { RunState } from './state.ts';

/** The phase of a run. */
export type RunPhase = 'planning' | 'active' | 'halted' | 'done';

/** A run is done when its report is written; until then it can be resumed. */
export function phaseOf(state: RunState, hasPlan: boolean): RunPhase {
  if (state.reported) return 'done';
  if (state.halted !== undefined) return 'halted';
  return hasPlan ? 'active' : 'planning';
}
