import { type FindingCounts, SEVERITIES } from '../../findings/finding.ts';
import { countOf } from '../../findings/words.ts';
import { breakable, html, type Markup, prose } from './markup.ts';
import type { Report, ReportFinding } from './report-types.ts';
import { describeNoFindings, domainNames, formatPlace } from './wording.ts';

/** The list of findings under its filters; both are plain HTML. */
export function findingsSection(report: Report): Markup {
  if (report.findings.length === 0)
    return html`<section><h2>Findings</h2><p class="empty">${describeNoFindings(report.counts.agents)}</p></section>`;
  const positions = new Map(report.domains.map((domain, i) => [domain.id, i]));
  const nameOf = domainNames(report);
  const rows = report.findings.map((finding) => row(finding, positions, nameOf));
  return html`<section><h2>Findings</h2>
<div class="filters">${severityFilter(report)}${domainFilter(report)}</div>
<div class="findings"><ol>${rows}</ol><p class="nothing">No findings match this filter.</p></div></section>
`;
}

function severityFilter(report: Report): Markup {
  const chips = SEVERITIES.map(
    (s) =>
      html`<label class="chip ${s}"><input type="checkbox" id="show-${s}" checked><span>${s} <b>${report.counts.findings[s]}</b></span></label>`,
  );
  return html`<fieldset><legend>Severity</legend>${chips}</fieldset>`;
}

function domainFilter(report: Report): Markup {
  if (report.domains.length < 2) return html``;
  const chips = report.domains.map(
    (domain, i) =>
      html`<label class="chip"><input type="radio" name="domain" id="only-${i}"><span>${domain.name} <b>${sum(domain.counts)}</b></span></label>`,
  );
  return html`<fieldset><legend>Domain</legend><label class="chip"><input type="radio" name="domain" id="only-all" checked><span>all <b>${report.findings.length}</b></span></label>${chips}</fieldset>`;
}

function row(finding: ReportFinding, positions: Map<string, number>, nameOf: (id: string) => string): Markup {
  const classes = finding.domains.flatMap((id) => positions.get(id) ?? []).map((i) => `d${i}`);
  const place =
    finding.path === null ? html`` : html`<span class="place">${breakable(formatPlace(finding))}</span>`;
  const detail = finding.detail === null ? html`` : html`<p class="detail">${prose(finding.detail)}</p>`;
  const domains = finding.domains.map(nameOf).join(', ');
  return html`
<li class="${['finding', finding.severity, ...classes].join(' ')}"><span class="badge">${finding.severity}</span>
<div><p class="title">${prose(finding.title)}</p>${detail}</div>
<div class="where">${place}<span>${domains}</span> · <span>${formatWorkers(finding.workers)}</span></div></li>`;
}

function formatWorkers(workers: readonly string[]): string {
  return workers.length > 4 ? countOf(workers.length, 'worker') : workers.join(', ');
}

function sum(counts: FindingCounts): number {
  return SEVERITIES.reduce((n, severity) => n + counts[severity], 0);
}
