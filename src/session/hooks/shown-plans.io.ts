import { basename } from 'node:path';
import type { ShownPlan } from '../../run/ledger/plan-turn.ts';
import { openRunRoots, type RootChoice } from '../../run/ledger/roots.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { listRunDirs } from '../../run/ledger/store.io.ts';
import { ExpectedError } from '../../system/result.ts';
import type { HookInput } from './protocol.ts';
import { runsOf } from './who.io.ts';

/** Lists the plans that this session was shown besides the one of `dir`; also those of runs that have ended, which it is no longer bound to. */
export function listOtherPlans(input: HookInput, choice: RootChoice, dir: string): ShownPlan[] {
  const own = runsOf(input, choice.env);
  const roots = openRunRoots(choice);
  const dirs = new Set([...own, ...(roots.ok ? listRunDirs(...roots.value.all) : [])]);
  dirs.delete(dir);
  return [...dirs].flatMap((other) => readPlan(other, own.includes(other) ? undefined : input.session_id));
}

/** The plan of a run; none if it has none, cannot be read, or `session` is given and has not had the run. */
function readPlan(dir: string, session: string | undefined): ShownPlan[] {
  try {
    const { planHash, plannedAt, confirmedAt, sessions } = readRunState(dir);
    if (planHash === undefined || (session !== undefined && !sessions.has(session))) return [];
    return [{ run: basename(dir), plannedAt, ...(confirmedAt === undefined ? {} : { confirmedAt }) }];
  } catch (error) {
    if (error instanceof ExpectedError) return [];
    throw error;
  }
}
