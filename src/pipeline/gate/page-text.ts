import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { countOf } from '../../findings/words.ts';
import { formatCost } from '../../run/cost/amounts.ts';
import { describeProof } from '../../run/ledger/approval-wording.ts';
import type { DomainCoverage } from '../../run/ledger/build-events.ts';
import { STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { ApprovalPolicy } from '../../system/approval/record.ts';
import { shortHash } from '../../system/content-hash.ts';
import { describeCoverage } from '../machine/wording.ts';
import type { AuditCoverage, GatePage, Outside, QcCoverage, ReportExcerpt } from './page.ts';
import { GATE_STATUS_TEXT } from './wording.ts';

const MAX_SHOWN = { concerns: 10, lines: 16, modules: 8, locks: 8, gaps: 4, folders: 6, paths: 3, denied: 8 };
const MAX_LINE_CHARS = 160;

/** Reasons against an approval, shown first. */
export const concernText = {
  unchecked: () => 'the work has not passed the checks of the engine: it cannot be approved yet',
  adopted: (modules: readonly string[]) =>
    `the build was adopted from its branches: of ${modules.join(', ')} the reviews are lost, and the merges are taken from the commits`,
  noSandbox: (reason: string) =>
    `agents' code, tests among it, ran without a sandbox, so it could write the ledger and your configuration: ${plainText(reason, 120)}`,
  rejected: (note: string) => `rejected, and not changed since: ${note}`,
  notPassed: (module: string, verdict: string) => `module ${module} has not passed QC: ${verdict}`,
  auditMissing: () => 'the integrated code was not audited',
  auditOutdated: () => 'code was merged after the audit',
  auditUnknown: (path: string) =>
    `the report of the audit cannot be read, so its coverage is unknown: ${path}`,
  auditGaps: (done: number, total: number) =>
    `the audit is incomplete: ${done} of ${total} checks and agents gave a result`,
  auditDomain: (domain: DomainCoverage) => `the audit did not cover a domain: ${describeCoverage(domain)}`,
  findings: (counts: FindingCounts) => `the audit found ${countSeverities(counts)}`,
  baseMoved: (branch: string, commits: number) =>
    `${branch} has ${countOf(commits, 'new commit')} that ${commits === 1 ? 'is' : 'are'} not merged and tested here yet`,
  baseGone: (branch: string) => `the base branch ${branch} no longer exists`,
  programs: (names: readonly string[]) =>
    `while the build ran, others set what git starts in your checkout: ${listSome(names, MAX_SHOWN.paths)}; look at it before you use git there`,
  inTheWay: (paths: readonly string[]) =>
    `uncommitted changes in your checkout would stop the merge: ${listSome(paths, MAX_SHOWN.paths)}`,
  denied: (agents: readonly { id: string; tools: readonly string[] }[]) =>
    `the client denied tools to agents, so what their reports say about them is not proved: ${listSome(
      agents.map(({ id, tools }) => `${id} (${tools.join(', ')})`),
      MAX_SHOWN.denied,
    )}`,
  report: (role: string, path: string) => `the report of the ${role} cannot be read: ${path}`,
  unreadable: (what: string, why: string) => `${what} cannot be read: ${why}`,
};

const countSeverities = ({ critical, major, minor }: FindingCounts) =>
  `${critical} critical, ${major} major, ${minor} minor`;

/** Formats the page: first what is decided and what speaks against it, last the commands that answer. */
export function renderGatePage(page: GatePage): string {
  const { subject, run, task, status, concerns } = page;
  const cost = formatCost(page, page.auditUsd);
  return [
    `${subject.stage.padEnd(10)}  ${GATE_STATUS_TEXT[status]} (${shortHash(subject.hash)})`,
    `run ${run}, stage ${STAGE_NUMBERS[subject.stage]}: ${subject.title}`,
    `task: ${shorten(task)}`,
    ...section('Before you approve', limit(concerns, MAX_SHOWN.concerns, 'reasons')),
    ...section('Work', describeWork(page)),
    ...section('Modules', describeModules(page)),
    ...section('Locks', describeLocks(page)),
    ...page.reports.flatMap((report) =>
      section(`Report of the ${report.role}: ${report.path}`, describeReport(report)),
    ),
    ...(page.qc
      ? section(`QC: ${page.qc.passed} of ${countOf(page.qc.total, 'module')} passed`, describeQc(page.qc))
      : []),
    ...(page.audit ? section('Audit of the integrated code', describeAudit(page.audit)) : []),
    ...section('Changes', describeChanges(page)),
    ...section('Cost', cost === '' ? [] : [cost]),
    ...section('Outside of the build', describeOutside(page)),
    ...section('Files', subject.files),
    ...section('Answer', describeAnswer(page)),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

const shorten = (text: string, max = MAX_LINE_CHARS) => plainText(redact(text), max);

/** The first entries, and how many more there are. */
function limit(lines: readonly string[], most: number, noun: string): string[] {
  if (lines.length <= most) return [...lines];
  return [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more ${noun} (--json lists all)`];
}

function listSome(paths: readonly string[], most: number): string {
  const shown = paths.slice(0, most).map((path) => plainText(path, 100));
  return `${shown.join(', ')}${paths.length > most ? ` and ${paths.length - most} more` : ''}`;
}

/** The subject's own summary. That of a contract is shown whole: it has every command that will run. */
function describeWork({ subject: { stage, lines }, concerns }: GatePage): string[] {
  const others = lines.filter((line) => !concerns.includes(line));
  return stage === 'architect' ? others : limit(others, MAX_SHOWN.lines, 'lines');
}

function describeModules({ modules }: GatePage): string[] {
  const lines = modules.map(({ name, description, paths, dependsOn }) => {
    const after = dependsOn.length === 0 ? '' : `, needs ${dependsOn.join(', ')}`;
    return `${name}: ${shorten(description, 100)} (${shorten(paths.join(' '), 60)}${after})`;
  });
  return limit(lines, MAX_SHOWN.modules, 'modules');
}

function describeLocks({ locks }: GatePage): string[] {
  const lines = locks.map(
    ({ name, level, assertion }) => `${level.padEnd(8)}  ${name}: ${shorten(assertion)}`,
  );
  return limit(lines, MAX_SHOWN.locks, 'locks');
}

function describeReport({ lines, hidden }: ReportExcerpt): string[] {
  if (lines === undefined) return ['cannot be read'];
  return [
    ...lines.map((line) => shorten(line)),
    ...(hidden > 0 ? [`… ${countOf(hidden, 'more line')}`] : []),
  ];
}

function describeQc({ modules }: QcCoverage): string[] {
  const lines = modules.map(({ name, verdict, commit, reviews, backlog, report }) => {
    const at = commit === null ? '' : ` at ${commit.slice(0, 12)}`;
    return `${name}: ${verdict ?? 'not reviewed'}${at}, ${countOf(reviews, 'review')}, ${countOf(backlog, 'finding')} left${report === null ? '' : `: ${report}`}`;
  });
  return limit(lines, MAX_SHOWN.modules, 'modules');
}

function describeAudit({ findings, agents, domains, gaps, report }: AuditCoverage): string[] {
  const byDomain = domains.length > 0 ? ` (${domains.map(shortCoverage).join(', ')})` : '';
  const coverage = agents
    ? `${agents.done} of ${countOf(agents.total, 'check')} and agents gave a result${byDomain}`
    : 'coverage unknown';
  const missing = gaps.map(({ id, reason }) => `no result: ${plainText(id, 60)}: ${shorten(reason, 100)}`);
  return [
    `${findings ? countSeverities(findings) : 'not ended'}; ${coverage}: ${report}`,
    ...limit(missing, MAX_SHOWN.gaps, 'without a result'),
  ];
}

const shortCoverage = ({ domain, by, planned, given }: DomainCoverage) =>
  `${plainText(domain, 40)} ${given}/${planned} ${by}`;

function describeChanges({ changes }: GatePage): string[] {
  if ('unreadable' in changes) return [`cannot be read: ${changes.unreadable}`];
  const folders = changes.folders.map(
    ({ folder, files, added, removed }) =>
      `${plainText(folder, 60).padEnd(30)} ${countOf(files, 'file')}, +${added} -${removed}`,
  );
  return [
    `${countOf(changes.files, 'file')}, +${changes.added} -${changes.removed}; to read all: $ ${changes.command}`,
    ...limit(folders, MAX_SHOWN.folders, 'folders'),
  ];
}

function describeOutside({ outside, projectHooks }: GatePage): string[] {
  const hooks =
    typeof projectHooks === 'string' ? HOOKS_TEXT[projectHooks] : `project hooks: ${projectHooks.unreadable}`;
  if ('unreadable' in outside) return [`cannot be read: ${outside.unreadable}`, hooks];
  return [describeBase(outside.base), describeCheckout(outside.checkout), hooks];
}

const HOOKS_TEXT = {
  run: 'project hooks: run at the commits of builders, not at those of the engine (build.projectHooks: run)',
  skip: 'project hooks: skipped (build.projectHooks: skip)',
} as const;

function describeBase({ branch, began, tip, newCommits, isMergedIn }: Outside['base']): string {
  if (tip === null) return `${branch} no longer exists; the build began at ${began.slice(0, 12)}`;
  if (newCommits === 0) return `${branch} has not moved since the build began (${began.slice(0, 12)})`;
  return `${branch} has ${countOf(newCommits, 'new commit')} since the build began (${began.slice(0, 12)}, now ${tip.slice(0, 12)}): ${isMergedIn ? 'merged into this work' : 'not merged into this work'}`;
}

function describeCheckout({ directory, branch, uncommitted }: Outside['checkout']): string {
  const changes = uncommitted === 0 ? 'nothing uncommitted' : `${countOf(uncommitted, 'uncommitted path')}`;
  return `your checkout ${directory}: ${branch ?? 'no branch (detached HEAD)'}, ${changes}`;
}

/** What proves an approval, by the least level that the user demands. */
const POLICY_TEXT: Readonly<Record<ApprovalPolicy | 'none', string>> = {
  none: 'counts: a signature, a session’s question, or a terminal without a session at work; only a signature proves it',
  terminal:
    'counts: a signature, a session’s question, or a terminal without a session at work; only a signature proves it',
  asked: 'counts, by your configuration: a signature, or a session’s question; only a signature proves it',
  signed: 'counts, by your configuration: only a signature',
};

function describeAnswer({ status, approval, policy, next }: GatePage): string[] {
  if (status === 'open' && approval)
    return [
      `approved by ${plainText(approval.who, 60)} ${describeProof(approval)}, at ${approval.at}`,
      `next: ${next.resume}`,
    ];
  return [POLICY_TEXT[policy ?? 'none'], `$ ${next.approve}`, `$ ${next.reject}`, `then: ${next.resume}`];
}

/** Text after an answer was recorded: what happened, and how the build continues. */
export function renderAnswer({ subject, status, next }: GatePage): string {
  const head = `${subject.stage.padEnd(10)}  ${GATE_STATUS_TEXT[status]} (${shortHash(subject.hash)})`;
  return [head, `next: ${next.resume}`].join('\n');
}
