import type { ListedRun } from '../pipeline/overview/list-runs.io.ts';
import type { ShownState } from '../queue/state/readiness.ts';
import type { Blocker } from '../queue/state/state.ts';
import type { Capacity } from '../queue/stats/assess-capacity.ts';
import type { QueueStats } from '../queue/stats/compute-stats.ts';
import type { Standing } from '../run/dispatch/standing.ts';
import type { Role } from '../run/ledger/manifest.ts';
import type { Report } from '../run/report/report-types.ts';
import type { Need } from '../run/status/needs.ts';
import type { TracedMark } from '../run/trace/attempts.ts';
import type { AttemptTrace } from '../run/trace/trace-run.io.ts';
import type { Diagnostic } from '../system/result.ts';

/** A part of a file, without secrets. */
export interface ShownText {
  path: string;
  /** Size of the whole file. */
  bytes: number;
  isCut: boolean;
  text: string;
}

/** Everything about one agent that the page shows on demand. */
export interface AgentDetail {
  run: string;
  id: string;
  name: string;
  role: Role;
  domain: string;
  model: string | null;
  task: string;
  scope: string | null;
  wave: number;
  command: string[] | null;
  standing: Standing;
  /** Reason of a gap. */
  gap: string | null;
  costUsd: number;
  inputTokens: number;
  outputTokens: number;
  denied: readonly string[];
  attempts: AttemptTrace[];
  marks: TracedMark[];
  recalls: { ids: string[]; tokens: number; suppressed: Record<string, number> }[];
  prompt: ShownText | null;
  /** The end of its output. */
  output: ShownText | null;
}

/** What the findings view takes from a report. */
export type FindingsDetail = Pick<
  Report,
  'run' | 'project' | 'counts' | 'gaps' | 'findings' | 'domains' | 'notes' | 'unchecked' | 'created'
> & {
  /** Findings beyond the bound of one page. */
  hidden: number;
};

/** A task of a queue on the board. */
export interface BoardTask {
  id: string;
  title: string;
  team: string;
  idea: string;
  phase: string;
  state: ShownState;
  /** What a waiting or stuck task waits for. */
  reason: string;
  attempts: number;
  /** Who works on it, and since when, ms. */
  executor: string | null;
  since: number | null;
}

/** One queue. `stats` is what `sao queue stats --json` prints. */
export interface QueueDetail {
  name: string;
  place: string;
  stats: QueueStats;
  capacity: Capacity;
  teams: { id: string; leader: string; focus: string; cluster: number }[];
  tasks: BoardTask[];
  /** Tasks beyond the bound of one page. */
  hidden: number;
  blockers: Pick<Blocker, 'id' | 'task' | 'kind' | 'question' | 'for' | 'at'>[];
  needs: Need[];
}

/** All runs and what they need. */
export interface RunsDetail {
  project: string;
  /** Time by the server's clock, in milliseconds since the epoch. */
  now: number;
  runs: (ListedRun & { needs: Need[] })[];
  problems: Diagnostic[];
}
