import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { isAnyRunning } from '../../run/ledger/agent-state.ts';
import { findRunsRoot } from '../../run/ledger/roots.io.ts';
import { unbindRun } from '../../run/ledger/sessions.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import type { HookInput } from './protocol.ts';

/**
 * Writes the report of a run again after the last of its agents has returned: `sao next` reports as soon as all files are complete, and the return
 * adds the agent's line and cost. Then the session is no longer bound to the run. Does nothing while an agent works.
 */
export function renewReport(
  dir: string,
  { cwd }: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): void {
  const isRenewed = decideUnderLock(dir, now, (snapshot) => {
    if (isAnyRunning(snapshot.state)) return false;
    return finishRun(snapshot, now).open === 0;
  });
  const root = isRenewed ? findRunsRoot({ env, cwd }) : undefined;
  if (root?.ok) unbindRun(root.value, dir);
}
