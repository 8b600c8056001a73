import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../../system/process/identity.ts';
import { readRunState } from '../ledger/run-state.io.ts';
import type { RunState } from '../ledger/state.ts';
import { type AgentsCost, addAgentsCosts, costOfRun, NO_COST } from './amounts.ts';

/** What each audit of a build has cost, by the id of its run. An audit is a run of its own, whose ledger tells its cost. */
export function readAuditCosts(dir: string, { build }: Pick<RunState, 'build'>): Map<string, AgentsCost> {
  return new Map(
    [...build.harden.audits].map(([run, recorded]) => {
      const auditDir = join(dirname(dir), run);
      const cost = existsSync(auditDir) ? costOf(readRunState(auditDir)) : { ...NO_COST, costUsd: recorded };
      return [run, cost];
    }),
  );
}

/** What all audits of a build have cost. */
export function sumAuditCosts(dir: string, state: Pick<RunState, 'build'>): AgentsCost {
  return addAgentsCosts(readAuditCosts(dir, state).values());
}

/** The cost of a run, with the caps of attempts whose runner was killed: no event tells their cost yet. */
function costOf(state: RunState): AgentsCost {
  const caps = [...state.agents.values()].map(({ running }) => {
    const isLost = running?.owner !== undefined && !isAlive(running.owner);
    const capUsd = isLost ? (running.maxUsd ?? 0) : 0;
    return { costUsd: capUsd, assumedUsd: capUsd, unpriced: 0 };
  });
  return addAgentsCosts([costOfRun(state), ...caps]);
}
