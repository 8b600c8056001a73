import { sumCost } from './cost.ts';
import { countFindings, type Finding } from './finding.ts';
import { type FindingSource, mergeFindings, type RankedFinding } from './merge-findings.ts';
import { hasFindingsSection, parseFindings } from './parse-findings.ts';
import { normalisePath } from './place.ts';
import { plainText, truncate } from './plain-text.ts';
import { redact } from './redact.ts';
import type {
  Report,
  ReportAgent,
  ReportDomain,
  ReportFinding,
  ReportGap,
  ReportInput,
} from './report-types.ts';
import { readSummary } from './summary.ts';

export type * from './report-types.ts';

const MAX = { title: 200, path: 400, detail: 1200, name: 120, task: 500, note: 500, summary: 1500 };
const FAULTS: Record<ReportAgent['status'], string> = {
  done: 'its output was not accepted',
  failed: 'it reported an error',
  incomplete: 'its output does not end with the sentinel',
  empty: 'its output is empty',
  missing: 'it left no output',
};

/** Decides a run's report; everything in it that agents or people wrote is plain and redacted from here on. */
export function buildReport(input: ReportInput): Report {
  const { run, agents } = input;
  const findings = mergeFindings(agents.flatMap((agent) => readWorker(agent, run.project)));
  const done = agents.filter(isDone).length;
  const gaps = agents.filter((agent) => agent.gap).length;
  return {
    version: 1,
    run: run.id,
    mode: run.mode,
    task: cleanText(run.task, MAX.task),
    project: run.project,
    started: run.created,
    created: input.now,
    counts: {
      agents: { total: agents.length, done, gaps, open: agents.length - done - gaps },
      findings: countFindings(findings),
    },
    gaps: agents.filter((agent) => agent.gap).map(toGap),
    findings: findings.map(toFinding),
    domains: listDomains(input).map((domain) => toDomain(domain, agents, findings)),
    cost: sumCost(agents),
    notes: [...(input.notes ?? []), ...noteSilence(input)].map((note) => cleanText(note, MAX.note)),
  };
}

function isDone(agent: ReportAgent): boolean {
  return agent.status === 'done' && !agent.gap;
}

// Coordinators repeat what their workers found: counting them would widen every spread.
function readWorker(agent: ReportAgent, project: string): FindingSource[] {
  if (agent.role !== 'worker' || !isDone(agent)) return [];
  return parseFindings(redact(agent.text ?? '')).map((finding) => ({
    worker: agent.id,
    domain: agent.domain,
    finding: cleanFinding(finding, project),
  }));
}

function cleanFinding({ path, detail, ...rest }: Finding, project: string): Finding {
  return {
    ...rest,
    title: cleanText(rest.title, MAX.title),
    ...(path === undefined ? {} : { path: cleanText(inProject(path, project), MAX.path) }),
    ...(detail === undefined ? {} : { detail: cleanText(detail, MAX.detail) }),
  };
}

// Plain before redacted: a secret must not hide behind an invisible character. Cut last: half a secret has no pattern.
function cleanText(text: string, max: number): string {
  return truncate(redact(plainText(text)), max);
}

function inProject(path: string, project: string): string {
  const root = `${normalisePath(project).replace(/\/$/, '')}/`;
  return root !== '/' && path.startsWith(root) && path !== root ? path.slice(root.length) : path;
}

function toFinding({ severity, title, path, line, detail, workers, domains }: RankedFinding): ReportFinding {
  return {
    severity,
    title,
    path: path ?? null,
    line: line ?? null,
    detail: detail ?? null,
    workers,
    domains,
  };
}

function toGap({ id, name, domain, gapReason, status, attempts }: ReportAgent): ReportGap {
  const reason = cleanText(gapReason ?? '', MAX.note) || FAULTS[status];
  return { id, name: cleanText(name, MAX.name), domain, reason, attempts };
}

// An agent of a domain that nobody declared still counts somewhere.
function listDomains({ domains, agents }: ReportInput): { id: string; name: string }[] {
  const declared = new Set(domains.map((domain) => domain.id));
  const others = new Set(agents.map((agent) => agent.domain).filter((id) => !declared.has(id)));
  return [...domains, ...[...others].map((id) => ({ id, name: id }))];
}

function toDomain(
  { id, name }: { id: string; name: string },
  agents: readonly ReportAgent[],
  findings: readonly RankedFinding[],
): ReportDomain {
  const own = agents.filter((agent) => agent.domain === id);
  const workers = own.filter((agent) => agent.role === 'worker');
  return {
    id,
    name: cleanText(name, MAX.name),
    workers: workers.length,
    done: workers.filter(isDone).length,
    gaps: own.filter((agent) => agent.gap).length,
    counts: countFindings(findings.filter((finding) => finding.domains.includes(id))),
    summary: summarise(own.filter((agent) => agent.role === 'coordinator' && isDone(agent))),
  };
}

// Sub-coordinators are called after the coordinator of their domain, which has read them; without it they speak.
function summarise(coordinators: readonly ReportAgent[]): string {
  const top = coordinators.find((agent) =>
    coordinators.every((o) => o === agent || o.id.startsWith(`${agent.id}-`)),
  );
  return (top ? [top] : coordinators)
    .map((agent) => truncate(redact(readSummary(redact(agent.text ?? ''))), MAX.summary))
    .filter((summary) => summary !== '')
    .join('\n');
}

function noteSilence({ run, agents }: ReportInput): string[] {
  if (run.mode !== 'audit') return [];
  return agents
    .filter((agent) => agent.role === 'worker' && isDone(agent) && !hasFindingsSection(agent.text ?? ''))
    .map((agent) => `${agent.name} (${agent.id}) ended without a findings section: ${agent.output}`);
}
