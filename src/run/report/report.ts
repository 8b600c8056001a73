import picomatch from 'picomatch';
import { cleanText, MAX } from '../../findings/clean-text.ts';
import { countFindings } from '../../findings/finding.ts';
import { fingerprintFindings, type LineReader } from '../../findings/fingerprint.ts';
import { type FindingSource, mergeFindings, type RankedFinding } from '../../findings/merge-findings.ts';
import { hasFindingsSection } from '../../findings/parse-findings.ts';
import { readFindings } from '../../findings/read-findings.ts';
import { type Cost, sumCost, sumDomains } from '../cost/cost.ts';
import { applyScope, noteKnown, noteLeftOut, noteRejected } from './apply-scope.ts';
import { WHOLE_SCOPE } from './audit-scope.ts';
import { reportDomains, summariseAll } from './domains.ts';
import { toPlace } from './place.ts';
import { collectRejections, findRejection } from './rejected.ts';
import {
  isDone,
  type Report,
  type ReportAgent,
  type ReportFinding,
  type ReportGap,
  type ReportInput,
} from './report-types.ts';
import { findSettingsChanges } from './settings-changes.ts';
import { collectNumbers, collectSuppressed, noteSuppressed } from './statistics.ts';
import { reportTools } from './tools.ts';
import { countUnchecked, noteUnchecked } from './unchecked.ts';
import { noteLostData } from './wording.ts';

export type * from './report-types.ts';

const FAULTS: Record<ReportAgent['status'], string> = {
  done: 'its output was not accepted',
  failed: 'it reported an error',
  incomplete: 'its output does not end with the sentinel',
  empty: 'its output is empty',
  missing: 'it left no output',
  changed: 'its output was changed after it was accepted',
};

/** Builds the report of a run. All text of agents and humans in it is made plain and redacted here. */
export function buildReport(input: ReportInput): Report {
  const { run, agents } = input;
  const { scope = WHOLE_SCOPE, readLine = () => undefined } = input;
  const said = agents.flatMap((agent) => readWorker(agent, run.project));
  const { kept, leftOut } = applyScope(said, scope, matchesAny);
  const merged = mergeFindings([...kept, ...findSettingsChanges(input)]);
  const counts = countAgents(agents);
  const suppressed = collectSuppressed(agents, run.project);
  const prints = fingerprintFindings(merged, readLine);
  const knownPrints = new Set(scope.baseline?.fingerprints);
  const isKnown = (_: unknown, index: number) => knownPrints.has(prints[index] ?? '');
  const rejections = collectRejections(agents, run.project);
  const programs = new Set(agents.filter(({ model }) => model === null).map(({ id }) => id));
  const rejectionOf = (finding: RankedFinding) =>
    findRejection(finding, rejections, (id) => programs.has(id));
  const all = merged.map((finding, index) => toFinding(finding, prints[index] ?? '', readLine));
  const isOpen = (finding: RankedFinding, index: number) => !isKnown(finding, index) && !rejectionOf(finding);
  const findings = merged.filter(isOpen);
  const rejected = merged.flatMap((finding, index) => {
    const rejection = isKnown(finding, index) ? undefined : rejectionOf(finding);
    const shown = all[index];
    return rejection && shown ? [{ ...shown, by: rejection.by, reason: rejection.reason }] : [];
  });
  const notes = [
    ...noteOpen(counts.open),
    ...(input.notes ?? []),
    ...noteUnchecked(agents),
    ...noteSuppressed(suppressed),
    ...noteLeftOut(leftOut, scope),
    ...noteRejected(rejected.length),
    ...noteKnown(all.filter(isKnown).length, scope),
    ...noteLostData(agents),
    ...noteSilence(input),
  ];
  return {
    version: 1,
    engine: input.engine ?? '0.0.0',
    run: run.id,
    mode: run.mode,
    task: cleanText(run.task, MAX.task),
    project: cleanText(run.project, MAX.project),
    prefix: cleanText(input.prefix ?? '', MAX.path),
    hasAgents: agents.some(({ model }) => model !== null),
    started: run.created,
    created: input.now,
    counts: { agents: counts, findings: countFindings(findings) },
    gaps: agents.filter((agent) => agent.gap).map(toGap),
    findings: all.filter((_, index) => merged[index] && isOpen(merged[index], index)),
    known: all.filter(isKnown),
    rejected,
    baseline: scope.baseline?.name ?? null,
    overview: summariseAll(input),
    domains: reportDomains(input, findings),
    cost: {
      ...sumCost(agents),
      byDomain: sumDomains(agents),
      ...sumUncertainCost(agents),
      ...(input.agentForecast === undefined ? {} : { forecast: input.agentForecast }),
    },
    ...(input.context ? { context: input.context } : {}),
    tools: reportTools(agents, findings),
    notes: notes.map((note) => cleanText(note, MAX.note)),
    unchecked: countUnchecked(agents),
    numbers: collectNumbers(agents),
    suppressed,
    approvals: (input.approvals ?? []).map((text) => cleanText(text, MAX.note)),
  };
}

/** What is assumed in the cost of the agents, and what is missing in it. */
function sumUncertainCost(agents: readonly ReportAgent[]): Pick<Cost, 'assumedUsd' | 'unpriced'> {
  const assumedUsd = agents.reduce((sum, agent) => sum + (agent.assumedUsd ?? 0), 0);
  const unpriced = agents.reduce((sum, agent) => sum + (agent.unpriced ?? 0), 0);
  return { ...(assumedUsd > 0 ? { assumedUsd } : {}), ...(unpriced > 0 ? { unpriced } : {}) };
}

function matchesAny(globs: readonly string[], path: string): boolean {
  return picomatch.isMatch(path, [...globs], { dot: true, nonegate: true });
}

function countAgents(agents: readonly ReportAgent[]): Report['counts']['agents'] {
  const total = agents.length;
  const done = agents.filter(isDone).length;
  const gaps = agents.filter((agent) => agent.gap).length;
  return { total, done, gaps, open: total - done - gaps };
}

// Do not count coordinators: they repeat the findings of their workers.
function readWorker(agent: ReportAgent, project: string): FindingSource[] {
  if (agent.role !== 'worker' || !isDone(agent)) return [];
  const { id, domain, text = '', model, findings } = agent;
  if (findings) return findings.map((finding) => ({ worker: id, domain, finding }));
  return readFindings({ id, domain, text, isProgram: model === null }, project);
}

function toFinding(finding: RankedFinding, fingerprint: string, readLine: LineReader): ReportFinding {
  const { severity, rule, title, path, line, detail, sources, workers, domains } = finding;
  const code = path === undefined || line === undefined ? undefined : readLine(path, line);
  return {
    severity,
    rule: rule ?? null,
    title,
    ...toPlace(path),
    line: line ?? null,
    detail: detail ?? null,
    sources,
    code: code === undefined || code.trim() === '' ? null : cleanText(code, MAX.code),
    fingerprint,
    workers,
    domains,
  };
}

function toGap({ id, name, domain, gapReason, status, attempts }: ReportAgent): ReportGap {
  const reason = cleanText(gapReason ?? '', MAX.note) || FAULTS[status];
  return { id, name: cleanText(name, MAX.name) || id, domain, reason, attempts };
}

// Put it into the notes, which every format shows.
function noteOpen(open: number): string[] {
  if (open === 0) return [];
  const who = open === 1 ? '1 agent has' : `${open} agents have`;
  return [
    `The run is not finished: ${who} not ended, and this report does not include ${open === 1 ? 'its' : 'their'} results.`,
  ];
}

function noteSilence({ run, agents }: ReportInput): string[] {
  if (run.mode !== 'audit') return [];
  return agents
    .filter((agent) => agent.role === 'worker' && isDone(agent) && !hasFindingsSection(agent.text ?? ''))
    .map((agent) => `${agent.name} (${agent.id}) ended without a findings section: ${agent.output}`);
}
