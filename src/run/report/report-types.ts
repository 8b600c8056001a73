import type { FindingCounts, Severity } from '../../findings/finding.ts';
import type { Cost } from '../cost/cost.ts';
import type { AgentForecast } from '../ledger/agent-forecast.ts';
import type { Role } from '../ledger/manifest.ts';

/** What a run left behind: the snapshot that a report is decided from. */
export interface ReportInput {
  run: { id: string; task: string; mode: 'audit' | 'build'; project: string; created: string };
  /** ISO 8601: when the report is made. */
  now: string;
  agents: readonly ReportAgent[];
  domains: readonly { id: string; name: string }[];
  /** What the conversations that carried the run paid for it, in tokens. */
  context?: ReportContext | undefined;
  /** The forecast use of the agents. */
  agentForecast?: AgentForecast | undefined;
  /** Further things that a reader must know. */
  notes?: readonly string[];
}

export interface ReportContext {
  tokens: number;
  /** By the client's own figures; otherwise four characters were taken for a token. */
  exact: boolean;
  /** Characters in the conversation, by purpose. */
  parts: { skill: number; dispatch: number; receipts: number; results: number };
  /** The forecast cost of the plan with the runner that was used. */
  forecast?: number | undefined;
}

export interface ReportAgent {
  id: string;
  name: string;
  role: Role;
  domain: string;
  status: 'done' | 'failed' | 'incomplete' | 'empty' | 'missing';
  gap: boolean;
  /** What a coordinator reads: ids of agents. */
  inputs?: readonly string[] | undefined;
  gapReason?: string | undefined;
  attempts: number;
  /** Where its output is, relative to the run directory. */
  output: string;
  /** The content of a done file. */
  text?: string | undefined;
  /** Null for a command worker. */
  model: string | null;
  costUsd?: number | undefined;
  tokens?: number | undefined;
}

/** Whether an agent's output is part of the result. */
export function isDone({ status, gap }: Pick<ReportAgent, 'status' | 'gap'>): boolean {
  return status === 'done' && !gap;
}

/** A run's result: the one document that every format is a rendering of. All text in it is plain and redacted. */
export interface Report {
  version: 1;
  run: string;
  mode: 'audit' | 'build';
  task: string;
  project: string;
  /** ISO 8601: when the run began. */
  started: string;
  /** ISO 8601: when the report was made. */
  created: string;
  counts: {
    /** Number of agents that are neither done nor gaps; above 0 the run has not ended. */
    agents: { total: number; done: number; gaps: number; open: number };
    findings: FindingCounts;
  };
  gaps: ReportGap[];
  findings: ReportFinding[];
  /** The words of coordinators above the domains, where there are more than 5 of these: paragraphs, one a line. */
  overview: string;
  domains: ReportDomain[];
  cost: Cost;
  /** Absent where no conversation carried the run. */
  context?: ReportContext;
  notes: string[];
}

export interface ReportGap {
  id: string;
  name: string;
  domain: string;
  reason: string;
  attempts: number;
}

export interface ReportFinding {
  severity: Severity;
  /** The rule of the check that found it; null where an agent did. */
  rule: string | null;
  title: string;
  path: string | null;
  line: number | null;
  detail: string | null;
  workers: string[];
  domains: string[];
}

export interface ReportDomain {
  id: string;
  name: string;
  /** Workers, and how many of them are done or gaps; a coordinator that is a gap counts too. */
  workers: number;
  done: number;
  gaps: number;
  counts: FindingCounts;
  /** The coordinator's words: paragraphs, one a line; empty when there are none. */
  summary: string;
}
