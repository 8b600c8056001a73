import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../../system/process/identity.ts';
import { readRunState } from '../ledger/run-state.io.ts';
import type { RunState } from '../ledger/state.ts';

/** What each audit of a build has cost, in USD, by the id of its run. An audit is a run of its own, whose ledger tells its cost. */
export function readAuditCosts(dir: string, { build }: Pick<RunState, 'build'>): Map<string, number> {
  return new Map(
    [...build.harden.audits].map(([run, recorded]) => {
      const auditDir = join(dirname(dir), run);
      return [run, existsSync(auditDir) ? costOf(readRunState(auditDir)) : recorded];
    }),
  );
}

/** The sum of all audits of a build, in USD. */
export function sumAuditCosts(dir: string, state: Pick<RunState, 'build'>): number {
  return [...readAuditCosts(dir, state).values()].reduce((sum, usd) => sum + usd, 0);
}

/** The cost of a run, with the caps of attempts whose runner was killed: no event tells their cost yet. */
function costOf({ costUsd, agents }: RunState): number {
  return [...agents.values()].reduce((sum, { running }) => {
    const isLost = running?.owner !== undefined && !isAlive(running.owner);
    return sum + (isLost ? (running.maxUsd ?? 0) : 0);
  }, costUsd);
}
