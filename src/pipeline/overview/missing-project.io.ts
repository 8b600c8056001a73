import type { Snapshot } from '../../run/dispatch/standing.ts';
import { type Need, needMissingProject } from '../../run/status/needs.ts';
import { isMissing } from '../../system/files/is-missing.ts';

/** Puts the missing project of a run that is not over before what else it needs. */
export function addMissingProject(
  { manifest, state }: Pick<Snapshot, 'manifest' | 'state'>,
  needs: Need[],
): Need[] {
  const isOver = needs.length === 0 && state.reported;
  return !isOver && isMissing(manifest.project) ? [needMissingProject(manifest), ...needs] : needs;
}
