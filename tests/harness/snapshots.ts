import type { Snapshot } from '../../src/run/dispatch/standing.ts';
import {
  DEFAULT_LIMITS,
  type Limits,
  type Manifest,
  type Plan,
  type PlannedAgent,
} from '../../src/run/ledger/manifest.ts';
import type { LedgerEntry, RunEvent } from '../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../src/run/ledger/state.ts';
import { NO_OUTPUT } from '../../src/run/outputs/check.ts';
import type { Verdict } from '../../src/run/outputs/sentinel.ts';
import { assemblePlan } from '../../src/run/plan/assemble.ts';
import { planSchema } from '../../src/run/plan/plan.schema.ts';
import { unwrap } from '../../src/system/result.ts';
import { approvalOf } from './approvals.ts';

export const RUN = '20260102-030405-0a1b2c3d';
export const START = Date.parse('2026-01-02T03:04:05.000Z');

export function manifestOf(limits: Limits = DEFAULT_LIMITS): Manifest {
  return {
    version: 1,
    id: RUN,
    mode: 'audit',
    task: 'Look at everything',
    project: '/project',
    created: new Date(START).toISOString(),
    driver: null,
    limits,
  };
}

/** An accepted plan. */
export function planOf(domains: readonly object[], limits: Limits = DEFAULT_LIMITS): Plan {
  const input = planSchema.parse({ version: 1, domains });
  return unwrap(assemblePlan(input, { task: 'Look at everything', limits }, () => []));
}

/** An agent with defaults for all fields that a test does not set. */
export function agentOf(id: string, more: Partial<PlannedAgent> = {}): PlannedAgent {
  return {
    id,
    role: 'worker',
    kind: 'agent',
    domain: 'd',
    name: id,
    task: 'Look',
    scope: null,
    model: 'haiku',
    modelReason: 'the plan says so',
    tools: null,
    timeout: 300,
    after: [],
    wave: 1,
    output: `workers/${id}.md`,
    inputs: [],
    command: null,
    returns: 'line',
    ...more,
  };
}

export function planWith(agents: readonly PlannedAgent[]): Plan {
  const domains = [...new Set(agents.map(({ domain }) => domain))].map((id) => ({ id, name: id }));
  return { version: 1, task: 'Look at everything', domains, agents: [...agents], waves: [] };
}

/** Ledger entries a second apart. */
export function entriesOf(events: readonly RunEvent[]): LedgerEntry[] {
  return events.map((event, index) => ({ v: 1, at: new Date(START + index * 1000).toISOString(), ...event }));
}

export interface World {
  plan?: Plan;
  events?: readonly RunEvent[];
  verdicts?: Readonly<Record<string, Verdict>>;
  orphaned?: readonly string[];
  /** Milliseconds after the start of the run. */
  after?: number;
  limits?: Limits;
  /** plan.json is not the accepted plan. */
  planChanged?: boolean;
}

/** Builds a snapshot without files. */
export function snapshotOf({
  plan,
  events = [],
  verdicts = {},
  orphaned = [],
  after = 10_000,
  limits,
  planChanged = false,
}: World): Snapshot {
  const snapshot: Snapshot = {
    manifest: manifestOf(limits),
    dir: `/runs/${RUN}`,
    state: replayLedger(entriesOf(events)),
    verdicts: new Map(Object.entries(verdicts)),
    inspect: (id) => ({ ...NO_OUTPUT, status: verdicts[id] ?? 'missing' }),
    orphaned: new Set(orphaned),
    now: START + after,
  };
  if (plan) snapshot.plan = plan;
  if (planChanged) snapshot.planChanged = true;
  return snapshot;
}

export const confirmed: RunEvent[] = [
  { type: 'run-created', mode: 'audit', task: 'Look at everything' },
  { type: 'plan-accepted', hash: 'h', workers: 1, coordinators: 1, waves: 1 },
  { type: 'plan-confirmed', ...approvalOf({ stage: 'plan', hash: 'h' }) },
];

export function dispatched(agent: string, attempt = 1): RunEvent {
  return { type: 'dispatched', agent, attempt, driver: 'agent', wave: 1 };
}

export function returned(agent: string, verdict: Verdict, attempt = 1): RunEvent {
  const findings = { critical: 0, major: 0, minor: 0 };
  return { type: 'returned', agent, attempt, chars: 40, line: 'Done.', verdict, words: 10, findings };
}
