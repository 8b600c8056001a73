import { SEVERITIES, type Severity } from '../../findings/finding.ts';
import { truncate } from '../../findings/plain-text.ts';
import { formatCounts } from '../../findings/severity-words.ts';
import { countOf } from '../../findings/words.ts';
import { costTables, describeContextCost, describeForecast, describeUncertainCost } from './cost-wording.ts';
import { codeSpan, escapeMarkdown, table } from './markdown-text.ts';
import type { Report, ReportDomain, ReportFinding } from './report-types.ts';
import { splitItem } from './text-parts.ts';
import {
  describeGap,
  describeNoFindings,
  describeWork,
  domainNames,
  formatPlace,
  formatTimestamp,
} from './wording.ts';

const TITLES: Record<Severity, string> = { critical: 'Critical', major: 'Major', minor: 'Minor' };

const HEADING = 100;

const MAX_SHOWN_PER_RULE = 50;

/** Renders report.md for human readers. Agents' words are escaped, so that only the engine makes headings. */
export function renderMarkdown(report: Report): string {
  const blocks = [
    ...headBlocks(report),
    [`**${formatCounts(report.counts.findings)}.** ${capital(describeWork(report))}.`],
    ...gapBlocks(report),
    ...noteBlocks(report),
    ...(report.overview === '' ? [] : [['## Overview'], quote(report.overview)]),
    ['## Findings'],
    ...(report.findings.length === 0 ? [[describeNoFindings(report)]] : []),
    ...SEVERITIES.flatMap((severity) => severityBlocks(report, severity)),
    ...knownBlocks(report),
    ...rejectedBlocks(report),
    ...suppressedBlocks(report),
    ...numberBlocks(report),
    ...(report.domains.length === 0 ? [] : [['## Domains']]),
    ...report.domains.flatMap(domainBlocks),
    ...approvalBlocks(report),
    ...(report.hasAgents || report.context ? costBlocks(report) : []),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

// A long task does not fit into the title, so it follows in full.
function headBlocks({ task, run, mode, project, created }: Report): string[][] {
  const title = truncate(task, HEADING);
  return [
    [`# Report: ${escapeMarkdown(title) || 'no task'}`],
    ...(title === task ? [] : [[escapeMarkdown(task)]]),
    [`Run ${codeSpan(run)}, ${mode} of ${codeSpan(project)}, ${escapeMarkdown(formatTimestamp(created))}.`],
  ];
}

function approvalBlocks({ approvals }: Report): string[][] {
  if (approvals.length === 0) return [];
  return [['## Approvals'], approvals.map((text) => `- ${escapeMarkdown(text)}`)];
}

function gapBlocks(report: Report): string[][] {
  if (report.gaps.length === 0) return [];
  const nameOf = domainNames(report);
  const lines = report.gaps.map(
    (gap) =>
      `- **${escapeMarkdown(gap.name)}** (${codeSpan(gap.id)}, ${escapeMarkdown(nameOf(gap.domain))}): ${escapeMarkdown(describeGap(gap))}`,
  );
  return [
    ['## Gaps'],
    [`This result is not complete: ${countOf(report.gaps.length, 'agent')} left no valid output.`],
    lines,
  ];
}

function noteBlocks(report: Report): string[][] {
  if (report.notes.length === 0) return [];
  return [['## Notes'], report.notes.map((note) => `- ${escapeMarkdown(note)}`)];
}

function severityBlocks(report: Report, severity: Severity): string[][] {
  const findings = report.findings.filter((finding) => finding.severity === severity);
  if (findings.length === 0) return [];
  const nameOf = domainNames(report);
  const { shown, more } = boundPerRule(findings);
  return [
    [`### ${TITLES[severity]} (${findings.length})`],
    shown.flatMap((finding) => findingLines(finding, nameOf)),
    ...(more.length === 0 ? [] : [more]),
  ];
}

// A reader of text needs no hundredth example of a rule; report.json and report.sarif have all findings.
function boundPerRule(findings: readonly ReportFinding[]): { shown: ReportFinding[]; more: string[] } {
  const counts = new Map<string, number>();
  const shown = findings.filter(({ rule }) => {
    if (rule === null) return true;
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return (counts.get(rule) ?? 0) <= MAX_SHOWN_PER_RULE;
  });
  const more = [...counts]
    .filter(([, count]) => count > MAX_SHOWN_PER_RULE)
    .map(
      ([rule, count]) =>
        `- ${codeSpan(rule)}: ${count - MAX_SHOWN_PER_RULE} more (${count} in total), all in report.json and report.sarif`,
    );
  return { shown, more };
}

// Known findings are listed without their details: they were reviewed before.
function knownBlocks({ known, baseline }: Report): string[][] {
  if (known.length === 0) return [];
  const lines = known.slice(0, MAX_SHOWN_PER_RULE).map((finding) => {
    const place = finding.path === null ? '' : ` — ${codeSpan(formatPlace(finding))}`;
    return `- ${finding.severity}: ${escapeMarkdown(finding.title)}${place}`;
  });
  const more = known.length - lines.length;
  const rest = more > 0 ? [[`${more} more in report.json.`]] : [];
  return [
    [`## Known (${known.length})`],
    [`From ${escapeMarkdown(baseline ?? 'a baseline')}; not counted.`],
    lines,
    ...rest,
  ];
}

function rejectedBlocks({ rejected }: Report): string[][] {
  if (rejected.length === 0) return [];
  const lines = rejected.map((item) => {
    const place = item.path === null ? '' : ` — ${codeSpan(formatPlace(item))}`;
    return `- ${item.severity}: ${escapeMarkdown(item.title)}${place}: ${escapeMarkdown(item.reason)} (${codeSpan(item.by)})`;
  });
  return [
    [`## Rejected by agents (${rejected.length})`],
    ['Findings of checks and tools that an agent holds to be wrong; not counted.'],
    lines,
  ];
}

function suppressedBlocks({ suppressed }: Report): string[][] {
  if (suppressed.length === 0) return [];
  const lines = suppressed.map((item) => {
    const place = item.path === null ? '' : ` — ${codeSpan(formatPlace(item))}`;
    return `- ${escapeMarkdown(item.title)}${place}: ${escapeMarkdown(item.reason)}`;
  });
  return [[`## Suppressed (${suppressed.length})`], lines];
}

function numberBlocks({ numbers }: Report): string[][] {
  if (numbers.length === 0) return [];
  return [
    ['## Numbers'],
    ...numbers.flatMap(({ topic, items }) => [
      [`### ${escapeMarkdown(topic)}`],
      items.map((item) => `- ${escapeMarkdown(item)}`),
    ]),
  ];
}

// Two spaces break the line in rendered Markdown.
function findingLines(finding: ReportFinding, nameOf: (id: string) => string): string[] {
  const place = finding.path === null ? '' : ` — ${codeSpan(formatPlace(finding))}`;
  const domains = finding.domains.map((id) => escapeMarkdown(nameOf(id))).join(', ');
  const workers = finding.workers.map((id) => codeSpan(id)).join(', ');
  return [
    `- **${escapeMarkdown(finding.title)}**${place}  `,
    ...(finding.detail === null ? [] : [`  ${escapeMarkdown(finding.detail)}  `]),
    `  ${domains}: ${workers}`,
  ];
}

function domainBlocks(domain: ReportDomain): string[][] {
  const gaps = domain.gaps > 0 ? `, **${countOf(domain.gaps, 'gap')}**` : '';
  return [
    [`### ${escapeMarkdown(domain.name)}`],
    [`${domain.done} of ${countOf(domain.workers, 'worker')} done${gaps}; ${formatCounts(domain.counts)}.`],
    ...(domain.summary === '' ? [] : [quote(domain.summary)]),
  ];
}

// Quote the coordinator's words. Paragraphs need a blank line between them, list items do not.
function quote(summary: string): string[] {
  const paragraphs = summary.split('\n').map((said) => ({ said, item: splitItem(said) }));
  return paragraphs.flatMap(({ said, item }, i) => [
    ...(i > 0 && !(item && paragraphs[i - 1]?.item) ? ['>'] : []),
    item ? `> ${item.mark.replace('•', '-')} ${escapeMarkdown(item.words)}` : `> ${escapeMarkdown(said)}`,
  ]);
}

function costBlocks(report: Report): string[][] {
  const tables = costTables(report).map(({ by, rows, total }) => {
    const cells = [...rows, ...(total ? [total] : [])].map(([name = '', ...numbers]) => [
      escapeMarkdown(name),
      ...numbers,
    ]);
    return table([by, 'agents', 'forecast', 'tokens', 'cost'], cells);
  });
  const said = [
    ...describeForecast(report),
    ...describeUncertainCost(report),
    ...(report.context ? [describeContextCost(report.context)] : []),
  ];
  const blocks = [...tables, ...said.map((line) => [line])];
  return blocks.length === 0 ? [] : [['## Cost'], ...blocks];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
