import { type AgentsCost, addAgentsCosts, costOfRun, NO_COST } from '../cost/amounts.ts';
import type { ContextCost } from '../cost/context-cost.ts';
import { returnedToParent } from '../cost/returned.ts';
import {
  deniedOf,
  type Gap,
  gapsOf,
  isSettled,
  type Snapshot,
  type Standing,
  standingOf,
  stateOf,
} from '../dispatch/standing.ts';
import { describeApprovals } from '../ledger/approval-wording.ts';
import { countWaves, type Manifest, type PlannedAgent } from '../ledger/manifest.ts';
import { phaseOf, type RunPhase } from '../ledger/phase.ts';
import { describeProjectChange, type ProjectChange } from '../ledger/project-change.ts';
import { describeUnproved } from '../ledger/unproved.ts';
import { measureRun, type RunMetrics } from './metrics.ts';
import type { Need } from './needs.ts';

export type StandingCounts = Record<Standing, number>;

export interface RunningAgent {
  id: string;
  domain: string;
  attempt: number;
  ageMs: number;
}

/** The status of a run. */
export interface RunStatus extends AgentsCost {
  run: string;
  dir: string;
  task: string;
  project: string;
  mode: Manifest['mode'];
  state: RunPhase;
  /** Why it is halted. */
  halted?: string;
  /** Approvals in the ledger that do not count. */
  unproved: string[];
  /** Why the code of its agents was started without a sandbox the last time. */
  noSandbox?: string;
  /** Settings of the client that were changed while agents were at work, with these agents. */
  settingsChanges: { path: string; agents: readonly string[] }[];
  /** Approvals that count, with their proof. */
  approvals: string[];
  /** The first wave that is not over, of how many; coordinators have waves of their own after the workers'. */
  wave: { open: number | null; of: number };
  total: number;
  counts: StandingCounts;
  domains: { id: string; name: string; total: number; counts: StandingCounts }[];
  running: RunningAgent[];
  gaps: Gap[];
  /** Agents whose tool calls the client did not permit: what they say about them is not proved. */
  denied: { id: string; tools: readonly string[] }[];
  /** What the service refuses now; `until` is ISO 8601, UTC. */
  limits: { model: string; kind: 'blip' | 'usage'; until: string; leftMs: number; text: string }[];
  /** What a human has to settle, the most urgent first; empty: nothing. */
  needs: Need[];
  /** What others changed in the base branch and the user's checkout while a build ran. */
  projectChanges: (ProjectChange & { text: string })[];
  /** The part of `costUsd` that a build's audits have cost. */
  auditUsd: number;
  /** Tokens that the agents used, as far as clients report them. */
  agentTokens: number;
  /** Characters of the agents' answers in conversations. */
  returnedChars: number;
  /** Speed, quality and time left. */
  metrics: RunMetrics;
  /** Tokens of the conversations that the run has used, and the budget of one conversation. */
  context?: ContextCost;
}

/** Derives the status of a run from its snapshot, what it needs and, in a build, the cost of its audits. Pure. */
export function describeStatus(
  snapshot: Snapshot,
  { audits = NO_COST, needs = [] }: { audits?: AgentsCost; needs?: Need[] } = {},
): RunStatus {
  const { manifest, plan, state, dir } = snapshot;
  const agents = plan?.agents ?? [];
  const entries = agents.map((agent) => ({ agent, standing: standingOf(snapshot, agent) }));
  const open = entries.filter(({ standing }) => !isSettled(standing)).map(({ agent }) => agent.wave);
  const status: RunStatus = {
    run: manifest.id,
    dir,
    task: plan?.task ?? manifest.task,
    project: manifest.project,
    mode: manifest.mode,
    state: phaseOf(state, plan !== undefined),
    wave: {
      open: open.length > 0 ? Math.min(...open) : null,
      of: countWaves({ agents }),
    },
    total: agents.length,
    counts: countStandings(entries),
    domains: (plan?.domains ?? []).map(({ id, name }) => {
      const own = entries.filter(({ agent }) => agent.domain === id);
      return { id, name, total: own.length, counts: countStandings(own) };
    }),
    running: entries
      .filter(({ standing }) => standing === 'running')
      .map(({ agent }) => describeRunning(snapshot, agent)),
    gaps: gapsOf(snapshot),
    denied: deniedOf(snapshot),
    settingsChanges: [...state.settingsChanges].map(([path, agents]) => ({ path, agents })),
    approvals: describeApprovals(state),
    unproved: describeUnproved(state),
    limits: [...state.service.holds]
      .filter(([, { until }]) => until > snapshot.now)
      .map(([model, { kind, until, text }]) => {
        return { model, kind, until: new Date(until).toISOString(), leftMs: until - snapshot.now, text };
      }),
    needs,
    projectChanges: state.build.projectChanges.map((change) => ({
      ...change,
      text: describeProjectChange(change),
    })),
    ...addAgentsCosts([costOfRun(state), audits]),
    auditUsd: audits.costUsd,
    agentTokens: sumTokens(state),
    returnedChars: returnedToParent(agents, state),
    metrics: measureRun(snapshot),
  };
  if (state.halted !== undefined) status.halted = state.halted;
  if (state.noSandbox !== undefined) status.noSandbox = state.noSandbox;
  return status;
}

function sumTokens({ agents }: Snapshot['state']): number {
  return [...agents.values()].reduce((sum, { tokens }) => sum + tokens.input + tokens.output, 0);
}

function countStandings(entries: readonly { standing: Standing }[]): StandingCounts {
  const counts: StandingCounts = { done: 0, running: 0, ready: 0, retry: 0, gap: 0 };
  for (const { standing } of entries) counts[standing] += 1;
  return counts;
}

function describeRunning(snapshot: Snapshot, { id, domain }: PlannedAgent): RunningAgent {
  const { running, attempts } = stateOf(snapshot, id);
  const ageMs = Math.max(0, snapshot.now - (running?.at ?? snapshot.now));
  return { id, domain, attempt: running?.attempt ?? attempts, ageMs };
}

/**
 * Whether a run has ended: its report is written, it is halted, or all agents of its plan are done or gaps. The plan of a build grows, so a
 * build ends only with its report.
 */
export function hasRunEnded({ state, mode, total, counts }: RunStatus): boolean {
  if (state === 'done' || state === 'halted') return true;
  return mode !== 'build' && total > 0 && counts.done + counts.gap === total;
}
