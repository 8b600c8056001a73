import { holdOf, type Snapshot, standingOf } from '../run/dispatch/standing.ts';
import type { Limits, Plan, PlannedAgent } from '../run/ledger/manifest.ts';
import { type Limiters, limiterOf, narrowLimits } from './limiter.ts';
import {
  chooseStarts,
  type Schedule,
  type ScheduledAgent,
  type TaskGraph,
  type TaskStanding,
} from './schedule.ts';

/** The runner's state in memory. */
export interface DriverView {
  /** Ids of agents whose program is running. */
  inFlight: ReadonlySet<string>;
  limiters: Limiters;
  /** On the limiters' clock. */
  clock: number;
  schedule: Schedule;
  /** Whether to start only command workers and digests. */
  engineOnly: boolean;
  /** Maximum number of command workers at the same time. */
  commands: number;
  graph: TaskGraph;
  expected(task: ScheduledAgent): number;
}

/** What the driver does now. `wait`: for a running agent or a time; `over`: nothing is left that it could do. */
export type RunnerTurn = { starts: string[]; wait: 'end' | 'limiter' | 'others' | 'over' };

/** Selects the agents to start now. Pure. */
export function decideTurn(snapshot: Snapshot, plan: Plan, view: DriverView): RunnerTurn {
  const standings = new Map(plan.agents.map((agent) => [agent.id, standOf(snapshot, agent, view)]));
  const standing = (id: string): TaskStanding => standings.get(id) ?? 'settled';
  const starts = chooseStarts(view.graph, standing, {
    schedule: view.schedule,
    limits: limitsOf(snapshot.manifest.limits, view),
    expected: view.expected,
  });
  if (starts.length > 0 || view.inFlight.size > 0) return { starts, wait: 'end' };
  return { starts, wait: whatFor([...standings.values()], view) };
}

function standOf(snapshot: Snapshot, agent: PlannedAgent, view: DriverView): TaskStanding {
  // Its program is still running, even if its file is done or another process decided otherwise.
  if (view.inFlight.has(agent.id)) return 'running';
  const standing = standingOf(snapshot, agent);
  if (standing === 'done' || standing === 'gap') return 'settled';
  if (standing === 'running') return 'running';
  if (isHeld(snapshot, agent, view)) return 'held';
  return standing === 'ready' ? 'open' : 'retry';
}

function isHeld(snapshot: Snapshot, agent: PlannedAgent, view: DriverView): boolean {
  if (agent.kind !== 'agent') return false;
  if (view.engineOnly || view.clock < limiterOf(view.limiters, agent.model).notBefore) return true;
  return holdOf(snapshot, agent)?.kind === 'usage';
}

function limitsOf(limits: Limits, view: DriverView): Limits {
  return { ...narrowLimits(limits, view.limiters), commands: Math.min(limits.commands, view.commands) };
}

function whatFor(standings: readonly TaskStanding[], view: DriverView): RunnerTurn['wait'] {
  if (view.engineOnly) return 'over';
  if (standings.includes('running')) return 'others';
  return standings.includes('held') ? 'limiter' : 'over';
}
