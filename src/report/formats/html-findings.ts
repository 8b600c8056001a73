import { countOf } from '../../words.ts';
import { SEVERITIES } from '../finding.ts';
import type { Report, ReportFinding } from '../report-types.ts';
import { html, type Markup } from './markup.ts';
import { nameDomains, sayPlace } from './wording.ts';

/** The list of findings under its filters; both are plain HTML. */
export function findingsSection(report: Report): Markup {
  if (report.findings.length === 0)
    return html`<section><h2>Findings</h2><p class="empty">No findings.</p></section>`;
  const positions = new Map(report.domains.map((domain, i) => [domain.id, i]));
  const nameOf = nameDomains(report);
  const rows = report.findings.map((finding) => row(finding, positions, nameOf));
  return html`<section><h2>Findings</h2>
<div class="filters">${severityFilter(report)}${domainFilter(report)}</div>
<ol class="findings">${rows}</ol></section>
`;
}

function severityFilter(report: Report): Markup {
  const chips = SEVERITIES.map(
    (s) =>
      html`<label class="chip ${s}"><input type="checkbox" id="show-${s}" checked><span>${s} ${report.counts.findings[s]}</span></label>`,
  );
  return html`<fieldset><legend>Severity</legend>${chips}</fieldset>`;
}

function domainFilter(report: Report): Markup {
  if (report.domains.length < 2) return html``;
  const chips = report.domains.map(
    (domain, i) =>
      html`<label class="chip"><input type="radio" name="domain" id="only-${i}"><span>${domain.name || domain.id}</span></label>`,
  );
  return html`<fieldset><legend>Domain</legend><label class="chip"><input type="radio" name="domain" id="only-all" checked><span>all</span></label>${chips}</fieldset>`;
}

function row(finding: ReportFinding, positions: Map<string, number>, nameOf: (id: string) => string): Markup {
  const classes = finding.domains.flatMap((id) => positions.get(id) ?? []).map((i) => `d${i}`);
  const place = finding.path === null ? html`` : html`<span class="place">${sayPlace(finding)}</span>`;
  const detail = finding.detail === null ? html`` : html`<p class="detail">${finding.detail}</p>`;
  const domains = finding.domains.map(nameOf).join(', ');
  return html`
<li class="${['finding', finding.severity, ...classes].join(' ')}"><span class="badge">${finding.severity}</span>
<div><p class="title">${finding.title}</p>${detail}</div>
<div class="where">${place}${domains}, ${sayWorkers(finding.workers)}</div></li>`;
}

function sayWorkers(workers: readonly string[]): string {
  return workers.length > 4 ? countOf(workers.length, 'worker') : workers.join(', ');
}
