import type { RunOverview } from '../pipeline/overview/read-overview.io.ts';
import type { Cost } from '../run/cost/cost.ts';
import type { Standing } from '../run/dispatch/standing.ts';
import type { Role } from '../run/ledger/manifest.ts';
import type { TracedMark, TracedOutcome } from '../run/trace/attempts.ts';

/** One agent of a run, as the page lists it. */
export interface AgentRow {
  id: string;
  name: string;
  domain: string;
  role: Role;
  /** null: a command, or the user's default model. */
  model: string | null;
  wave: number;
  standing: Standing;
  attempts: number;
}

/** One attempt in the timeline. Times are milliseconds since the epoch. */
export interface AttemptRow {
  agent: string;
  attempt: number;
  /** From 0. */
  slot: number;
  from: number;
  /** Absent while it runs. */
  to?: number;
  outcome: TracedOutcome;
}

export type ModulePhase = 'waiting' | 'building' | 'review' | 'failed' | 'blocked' | 'passed' | 'merged';

/** One module of a build. */
export interface ModuleRow {
  name: string;
  phase: ModulePhase;
  /** Number of QC reviews so far; the second one is the first fix cycle. */
  reviews: number;
  /** Failed merges and resolved conflicts. */
  failures: number;
  resolutions: number;
  /** Reasons of the last verdict, or the conflict that blocks it. */
  detail: string;
}

/** A run as the page shows it. `overview` is what `sao status --json` prints. */
export interface RunView {
  overview: RunOverview;
  agents: AgentRow[];
  attempts: AttemptRow[];
  marks: TracedMark[];
  modules: ModuleRow[];
  cost: Cost;
}
