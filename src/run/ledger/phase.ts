import type { RunState } from './state.ts';

/** Where a run is in its life. */
export type RunPhase = 'planning' | 'active' | 'halted' | 'done';

/** Done is a run whose report is written; until then somebody may still go on with it. */
export function phaseOf(state: RunState, hasPlan: boolean): RunPhase {
  if (state.reported) return 'done';
  if (state.halted !== undefined) return 'halted';
  return hasPlan ? 'active' : 'planning';
}
