import { type AgentsCost, costOfRun } from '../run/cost/amounts.ts';
import { type Snapshot, type Standing, standingOf } from '../run/dispatch/standing.ts';
import type { Plan } from '../run/ledger/manifest.ts';

export interface Progress extends AgentsCost {
  /** The first wave that is not settled, from 1; the last one at the end. */
  wave: number;
  waves: number;
  done: number;
  gaps: number;
  /** Neither done nor given up. */
  open: number;
}

export function countProgress(snapshot: Snapshot, plan: Plan): Progress {
  const all = plan.agents.map((agent) => ({ wave: agent.wave, standing: standingOf(snapshot, agent) }));
  const count = (standing: Standing) => all.filter((entry) => entry.standing === standing).length;
  const [done, gaps] = [count('done'), count('gap')];
  const waves = Math.max(0, ...all.map(({ wave }) => wave));
  const unsettled = all.filter(({ standing }) => standing !== 'done' && standing !== 'gap');
  return {
    wave: Math.min(waves, ...unsettled.map(({ wave }) => wave)),
    waves,
    done,
    gaps,
    open: unsettled.length,
    ...costOfRun(snapshot.state),
  };
}

/** The roles of the agents that run in a build, such as `builder, qc`: they say what its stage does. */
export function describeRoles({ plan, state }: Snapshot): string {
  const running = (plan?.agents ?? []).filter(({ id }) => state.agents.get(id)?.running !== undefined);
  return [...new Set(running.map(({ role }) => role))].join(', ') || 'build';
}
