import { type FindingCounts, SEVERITIES, type Severity } from '../../findings/finding.ts';
import { readRuleSource } from '../../findings/tool-names.ts';
import { countOf } from '../../findings/words.ts';
import { breakable, html, type Markup, prose } from './markup.ts';
import type { Report, ReportFinding } from './report-types.ts';
import { describeNoFindings, domainNames, formatPlace } from './wording.ts';

/** Groups with more findings are closed at first. */
const MAX_OPEN = 6;

/** Findings of one rule, severity and domain, which are shown under one heading. */
interface Group {
  severity: Severity;
  rule: string | null;
  title: string;
  /** What all findings of the group say, or null. */
  detail: string | null;
  domains: string[];
  findings: ReportFinding[];
}

/** The list of findings, grouped by rule, under its filters and a search field. */
export function findingsSection(report: Report): Markup {
  if (report.findings.length === 0)
    return html`<section><h2>Findings</h2><p class="empty">${describeNoFindings(report)}</p></section>`;
  const positions = new Map(report.domains.map((domain, i) => [domain.id, i]));
  const nameOf = domainNames(report);
  const groups = groupFindings(report.findings).map((group) => groupItem(group, positions, nameOf));
  return html`<section><h2>Findings</h2>
<div class="filters">${severityFilter(report)}${domainFilter(report)}${searchField()}</div>
<div class="findings"><ol class="groups">${groups}</ol><p class="nothing">No findings match this filter.</p></div></section>
`;
}

/** Groups findings by severity, rule and domain, in the order of their first finding; a finding without a rule stays alone. */
export function groupFindings(findings: readonly ReportFinding[]): Group[] {
  const groups = new Map<string, ReportFinding[]>();
  for (const [index, finding] of findings.entries()) {
    const { severity, rule, domains } = finding;
    const key = rule === null ? String(index) : [severity, rule, ...domains].join('\0');
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    return first ? [describeGroup(first, members)] : [];
  });
}

function describeGroup(first: ReportFinding, members: ReportFinding[]): Group {
  const titles = new Set(members.map(shortTitle));
  const details = new Set(members.map(({ detail }) => detail));
  const isOne = titles.size === 1;
  return {
    severity: first.severity,
    rule: first.rule,
    title:
      isOne || first.rule === null ? shortTitle(first) : readRuleSource(first.rule).rule.replaceAll('-', ' '),
    detail: details.size === 1 ? first.detail : null,
    domains: first.domains,
    findings: members,
  };
}

// The rule is shown beside the title.
function shortTitle({ title, rule }: ReportFinding): string {
  return rule !== null && title.startsWith(`${rule}: `) ? title.slice(rule.length + 2) : title;
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

// The script of the page shows it: without scripts it would do nothing.
function searchField(): Markup {
  return html`<div class="search" hidden><label for="search">Search</label><input type="search" id="search" placeholder="rule, file, code or words" autocomplete="off"><output id="matches" for="search"></output></div>`;
}

function groupItem(group: Group, positions: Map<string, number>, nameOf: (id: string) => string): Markup {
  const { severity, rule, title, detail, domains, findings } = group;
  const classes = [
    'group',
    severity,
    ...domains.flatMap((id) => positions.get(id) ?? []).map((i) => `d${i}`),
  ].join(' ');
  const isOpen = findings.length <= MAX_OPEN ? html` open` : html``;
  const name = rule === null ? html`` : html`<code class="rule">${rule}</code>`;
  const count = findings.length === 1 ? html`` : html`<b class="count">${findings.length}</b>`;
  const why = detail === null ? html`` : html`<p class="detail">${prose(detail)}</p>`;
  const sameTitle = new Set(findings.map(shortTitle)).size === 1;
  const rows = findings.map((finding) => row(finding, { sameTitle, sameDetail: detail !== null }));
  return html`
<li class="${classes}"><details${isOpen}><summary><span class="badge">${severity}</span><span class="head"><span class="title">${prose(title)}</span>${name}</span>${count}</summary>
${why}<ol class="places">${rows}</ol><p class="where">${domains.map(nameOf).join(', ')} · ${formatSources(findings)}</p></details></li>`;
}

function row(
  finding: ReportFinding,
  { sameTitle, sameDetail }: { sameTitle: boolean; sameDetail: boolean },
): Markup {
  const title = sameTitle ? html`` : html`<p class="title">${prose(shortTitle(finding))}</p>`;
  const place =
    finding.path === null ? html`` : html`<p class="place">${breakable(formatPlace(finding))}</p>`;
  const code = finding.code === null ? html`` : html`<pre><code>${finding.code.trim()}</code></pre>`;
  const detail =
    sameDetail || finding.detail === null ? html`` : html`<p class="detail">${prose(finding.detail)}</p>`;
  return html`<li class="${`finding ${finding.severity}`}">${title}${place}${code}${detail}</li>`;
}

/** Names the rules of tools that report the same, or else the workers. */
function formatSources(findings: readonly ReportFinding[]): string {
  const rules = new Set(
    findings.flatMap(({ sources }) => sources.map(({ tool, rule }) => `${tool} ${rule}`)),
  );
  const names = rules.size > 0 ? [...rules] : [...new Set(findings.flatMap(({ workers }) => workers))];
  return names.length > 4 ? countOf(names.length, rules.size > 0 ? 'source' : 'worker') : names.join(', ');
}

function sum(counts: FindingCounts): number {
  return SEVERITIES.reduce((n, severity) => n + counts[severity], 0);
}
