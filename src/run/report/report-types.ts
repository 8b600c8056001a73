import type { Finding, FindingCounts, Severity, SuppressedFinding } from '../../findings/finding.ts';
import type { LineReader } from '../../findings/fingerprint.ts';
import type { RuleSource, ToolName } from '../../findings/tool-names.ts';
import { readPathBytes } from '../../system/files/path-bytes.ts';
import type { Cost } from '../cost/cost.ts';
import type { AgentForecast } from '../ledger/agent-forecast.ts';
import type { Role, RunMode } from '../ledger/manifest.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import type { AuditScope } from './audit-scope.ts';

/** Input of a report: the snapshot of a run with its outputs. */
export interface ReportInput {
  run: { id: string; task: string; mode: RunMode; project: string; created: string };
  /** ISO 8601: when the report is made. */
  now: string;
  agents: readonly ReportAgent[];
  domains: readonly { id: string; name: string }[];
  /** Tokens that the run used in the conversations that carried it. */
  context?: ReportContext | undefined;
  /** The forecast use of the agents. */
  agentForecast?: AgentForecast | undefined;
  /** Settings of the client that were changed while agents were at work, by path with these agents. */
  settingsChanges?: ReadonlyMap<string, readonly string[]>;
  /** Notes for the reader. */
  notes?: readonly string[];
  /** The approvals of humans, with their proof. */
  approvals?: readonly string[];
  /** The version of this sao. */
  engine?: string;
  /** Path of the project in its repository, such as `packages/api/`. */
  prefix?: string;
  /** What the report leaves out; undefined: nothing. */
  scope?: AuditScope | undefined;
  /** Reads the project's lines for fingerprints; without it, findings are identified by their titles. */
  readLine?: LineReader;
}

export interface ReportContext {
  tokens: number;
  /** True for figures of the client; otherwise tokens are estimated as four characters each. */
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
  status: Verdict;
  gap: boolean;
  /** Ids of the agents whose outputs a coordinator reads. */
  inputs?: readonly string[] | undefined;
  gapReason?: string | undefined;
  attempts: number;
  /** Path of its output, relative to the run directory. */
  output: string;
  /** The content of a done file. */
  text?: string | undefined;
  /** The findings of a built-in check as data; missing for all other agents, which have their text alone. */
  findings?: readonly Finding[] | undefined;
  /** What marks in the code suppress, as data; together with `findings`. */
  suppressed?: readonly SuppressedFinding[] | undefined;
  /** Its command is a built-in check or a tool: only the text of these can say what is suppressed. */
  isOfEngine?: boolean;
  /** The data of a built-in check is not there or was changed, so that its text counts. */
  isDataLost?: boolean;
  /** Null for a command worker. */
  model: string | null;
  /** The tool that a command worker runs. */
  tool?: ToolName | undefined;
  costUsd?: number | undefined;
  /** The part of `costUsd` that is assumed. */
  assumedUsd?: number | undefined;
  /** Attempts whose cost is unknown. */
  unpriced?: number | undefined;
  tokens?: number | undefined;
}

/** Whether an agent's output is part of the result. */
export function isDone({ status, gap }: Pick<ReportAgent, 'status' | 'gap'>): boolean {
  return status === 'done' && !gap;
}

/** The report of a run, which every format renders. All text in it is plain and redacted. */
export interface Report {
  version: 1;
  /** The version of the sao that made the report. */
  engine: string;
  run: string;
  mode: RunMode;
  task: string;
  project: string;
  /** Path of the project in its repository, such as `packages/api/`; empty at the top. */
  prefix: string;
  /** Whether agents with a model took part; false if all results are those of checks and tools. */
  hasAgents: boolean;
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
  /** Findings that the baseline knows; they are in no count. */
  known: ReportFinding[];
  /** Findings of checks and tools that an agent holds to be wrong; they are in no count. */
  rejected: RejectedFinding[];
  /** Name of the baseline; null without one. */
  baseline: string | null;
  /** Summaries of the coordinators above the domains, if there are more than 5 domains: one paragraph per line. */
  overview: string;
  domains: ReportDomain[];
  cost: Cost;
  /** Missing if no conversation carried the run. */
  context?: ReportContext;
  /** The tools beside the built-in checks. */
  tools: ReportTool[];
  notes: string[];
  /** Number of things that workers say they could not check; the first of each worker are in the notes. */
  unchecked: number;
  /** Statistics without a judgement, by topic: what changes often, what is long, which markers are left. */
  numbers: ReportNumbers[];
  /** Findings that a mark in the code suppresses. They are in no count. */
  suppressed: ReportSuppression[];
  /** The approvals of humans, each with its proof. */
  approvals: string[];
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
  /** The rule of the check that reported it; null for a finding of an agent. */
  rule: string | null;
  title: string;
  /** Of a path that is not valid UTF-8, its form for humans (`quotePath`). */
  path: string | null;
  /** The bytes of such a path in hexadecimal; missing for all others. */
  pathBytes?: string;
  line: number | null;
  detail: string | null;
  /** The rules of the checks and tools that reported it, the built-in checks first; empty for a finding of agents. */
  sources: RuleSource[];
  /** Its line of code, redacted; null if it is not known. */
  code: string | null;
  /** Identity across runs, `hash:occurrence`: survives moved code and new findings above. */
  fingerprint: string;
  workers: string[];
  domains: string[];
}

/** A finding of checks and tools that an agent rejected. */
export interface RejectedFinding extends ReportFinding {
  /** The agent that rejected it. */
  by: string;
  reason: string;
}

/** The path of a finding as `readPathBytes` gives it; null if the finding has none. */
export function exactPath({ path, pathBytes }: Pick<ReportFinding, 'path' | 'pathBytes'>): string | null {
  return pathBytes === undefined ? path : readPathBytes(Buffer.from(pathBytes, 'hex'));
}

/** A tool that the run started, or should have started. */
export interface ReportTool {
  name: ToolName;
  version: string | null;
  /** Whether it examined what it had to; false if something is listed as not checked. */
  complete: boolean;
  /** Number of findings with it among their sources. */
  findings: number;
}

/** Statistics of one topic. */
export interface ReportNumbers {
  topic: string;
  /** One line each, with its place. */
  items: string[];
}

/** A finding that a mark `sao-ignore: RULE reason` on its line suppresses. */
export interface ReportSuppression {
  rule: string | null;
  title: string;
  path: string | null;
  /** The path in hexadecimal, if it is not UTF-8. */
  pathBytes?: string;
  line: number | null;
  reason: string;
  worker: string;
}

export interface ReportDomain {
  id: string;
  name: string;
  /** Workers, and how many of them are done or gaps; a coordinator that is a gap counts too. */
  workers: number;
  done: number;
  gaps: number;
  counts: FindingCounts;
  /** The coordinator's summary, one paragraph per line; empty if there is none. */
  summary: string;
}
