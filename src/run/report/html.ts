import { createHash } from 'node:crypto';
import { type FindingCounts, SEVERITIES, type Severity } from '../../findings/finding.ts';
import { countOf } from '../../findings/words.ts';
import {
  type CostTable,
  costTables,
  describeContextCost,
  describeForecast,
  describeUncertainCost,
} from './cost-wording.ts';
import { findingsSection } from './html-findings.ts';
import { SCRIPT } from './html-script.ts';
import { styleSheet } from './html-style.ts';
import { breakable, html, Markup, prose } from './markup.ts';
import type { Report, ReportDomain } from './report-types.ts';
import { splitItem } from './text-parts.ts';
import { countChecks, describeGap, domainNames, formatPlace, formatTimestamp } from './wording.ts';

// Set a task of several sentences in a smaller font.
const LONG_TASK = 90;

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64');

/** Renders a self-contained page without requests. Its policy forbids them, and every script but the one of this program. */
export function renderHtml(report: Report): string {
  const style = styleSheet(
    report.counts.findings,
    report.domains.map((domain) => domain.counts),
  );
  const allowed = `style-src 'sha256-${hashOf(style)}'; script-src 'sha256-${hashOf(SCRIPT)}'`;
  const policy = `default-src 'none'; ${allowed}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Report: ${report.task}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${headSection(report)}
${cardsSection(report)}
${unlookedSection(report)}
${overviewSection(report)}
${domainsSection(report)}
${findingsSection(report)}
${closedSection(report)}
${numbersSection(report)}
${notesSection(report)}
${approvalSection(report)}
${costSection(report)}
<footer>Written by sao, ${formatTimestamp(report.created)}. ${describeAuthors(report)}</footer>
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.source;
}

function headSection(report: Report): Markup {
  const long = report.task.length > LONG_TASK ? html` class="long"` : html``;
  return html`<header><p class="overline">${report.mode} report</p><h1${long}>${report.task || 'No task'}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${report.run}</code></dd></div><div><dt>Project</dt><dd><code>${report.project}</code></dd></div><div><dt>Started</dt><dd>${formatTimestamp(report.started)}</dd></div><div><dt>Reported</dt><dd>${formatTimestamp(report.created)}</dd></div></dl></header>`;
}

function cardsSection(report: Report): Markup {
  const { counts, hasAgents } = report;
  const { agents } = counts;
  const cards = SEVERITIES.map(
    (s) =>
      html`<li class="card ${tone(s, counts.findings)}"><strong>${counts.findings[s]}</strong><span class="label">${s}</span></li>`,
  );
  const { done, total } = hasAgents ? agents : countChecks(report);
  const gaps = hasAgents || agents.gaps > 0 ? `, ${countOf(agents.gaps, 'gap')}` : '';
  const open = agents.open > 0 ? `, ${agents.open} not finished` : '';
  return html`<ul class="cards">${cards}<li class="card ${done === total ? 'good' : 'warn'}"><strong>${done}<small> / ${total}</small></strong><span class="label">${hasAgents ? 'agents' : 'checks'} done${gaps}${open}</span></li></ul>`;
}

function describeAuthors({ hasAgents, tools }: Report): string {
  if (hasAgents) return 'Titles, details and summaries are the words of agents.';
  return tools.length > 0 ? 'Titles and details of other tools are their own words.' : '';
}

function approvalSection({ approvals }: Report): Markup {
  if (approvals.length === 0) return html``;
  const items = approvals.map((text) => html`<li>${text}</li>`);
  return html`<section class="box"><h2>Approvals</h2><ul>${items}</ul></section>`;
}

/** What no result covers: gaps, parts that a check or tool could not read, and findings that were left out. */
function unlookedSection(report: Report): Markup {
  const nameOf = domainNames(report);
  const gaps = report.gaps.map(
    (gap) =>
      html`<li><b>${gap.name}</b> <code>${gap.id}</code> in ${nameOf(gap.domain)}: ${prose(report.hasAgents ? describeGap(gap) : gap.reason)}</li>`,
  );
  const parts = report.notes.filter(isUnlooked).map((note) => html`<li>${prose(note)}</li>`);
  if (gaps.length + parts.length === 0) return html``;
  const title = gaps.length > 0 ? `Not complete: ${countOf(gaps.length, 'gap')}` : 'Not looked at';
  const tone = gaps.length > 0 || report.unchecked > 0 ? 'box warn' : 'box';
  return html`<section class="${tone}"><h2>${title}</h2><ul>${gaps}${parts}</ul></section>`;
}

const isUnlooked = (note: string) => /^(?:Not checked|Left out|The run is not finished)\b/.test(note);

function numbersSection({ numbers }: Report): Markup {
  if (numbers.length === 0) return html``;
  const topics = numbers.map(
    ({ topic, items }) =>
      html`<details><summary>${topic} <b class="count">${items.length}</b></summary><ul>${items.map((item) => html`<li>${prose(item)}</li>`)}</ul></details>`,
  );
  return html`<section class="box numbers"><h2>Numbers</h2>${topics}</section>`;
}

/** Findings that do not count: known ones, suppressed ones, and those that an agent rejected. */
function closedSection({ known, suppressed, rejected, baseline }: Report): Markup {
  const lists: [string, Markup[]][] = [
    [`Known from ${baseline ?? 'a baseline'}`, known.map((item) => closedItem(item, null))],
    ['Suppressed by marks in the code', suppressed.map((item) => closedItem(item, item.reason))],
    ['Rejected by agents', rejected.map((item) => closedItem(item, `${item.by}: ${item.reason}`))],
  ];
  const shown = lists.filter(([, items]) => items.length > 0);
  if (shown.length === 0) return html``;
  const blocks = shown.map(
    ([title, items]) =>
      html`<details><summary>${title} <b class="count">${items.length}</b></summary><ul>${items}</ul></details>`,
  );
  return html`<section class="box numbers"><h2>Not counted</h2>${blocks}</section>`;
}

function closedItem(
  item: { title: string; path: string | null; line: number | null },
  reason: string | null,
): Markup {
  const place =
    item.path === null ? html`` : html` <span class="place">${breakable(formatPlace(item))}</span>`;
  const why = reason === null ? html`` : html`<p class="detail">${prose(reason)}</p>`;
  return html`<li>${prose(item.title)}${place}${why}</li>`;
}

function notesSection({ notes }: Report): Markup {
  const others = notes.filter((note) => !isUnlooked(note));
  if (others.length === 0) return html``;
  return html`<section class="box"><h2>Notes</h2><ul>${others.map((note) => html`<li>${prose(note)}</li>`)}</ul></section>`;
}

function overviewSection({ overview }: Report): Markup {
  if (overview === '') return html``;
  return html`<section><h2>Overview</h2>${summary(overview)}</section>`;
}

function summary(text: string): Markup {
  const paragraphs = text.split('\n').map((said) => {
    const item = splitItem(said);
    if (!item) return html`<p>${prose(said)}</p>`;
    return html`<p class="item"><span>${item.mark}</span> <span>${prose(item.words)}</span></p>`;
  });
  return html`<div class="summary">${paragraphs}</div>`;
}

function domainsSection({ domains, hasAgents }: Report): Markup {
  if (domains.length === 0) return html``;
  const cards = domains.map((domain) => domainCard(domain, hasAgents));
  return html`<section><h2>Domains</h2><div class="domains">${cards}</div></section>`;
}

function domainCard(domain: ReportDomain, hasAgents: boolean): Markup {
  const gaps = domain.gaps > 0 ? html`<li class="warn"><b>${countOf(domain.gaps, 'gap')}</b></li>` : html``;
  return html`
<article class="domain"><header><h3>${domain.name}</h3><ul class="tally"><li>${domain.done} of ${countOf(domain.workers, hasAgents ? 'worker' : 'check')}</li>${gaps}${tally(domain.counts)}</ul></header>
${domain.summary === '' || !hasAgents ? html`` : summary(domain.summary)}</article>`;
}

function tone(severity: Severity, counts: FindingCounts): string {
  return counts[severity] === 0 ? `${severity} none` : severity;
}

function tally(counts: FindingCounts): Markup[] {
  return SEVERITIES.map((s) => html`<li class="${tone(s, counts)}"><b>${counts[s]}</b> ${s}</li>`);
}

function costSection(report: Report): Markup {
  if (!report.hasAgents && !report.context) return html``;
  const tables = costTables(report).map(costTable);
  if (tables.length === 0 && !report.context) return html``;
  const paid = report.context ? html`<p class="paid">${describeContextCost(report.context)}</p>` : html``;
  const foreseen = [...describeForecast(report), ...describeUncertainCost(report)].map(
    (line) => html`<p>${line}</p>`,
  );
  return html`<section><h2>Cost</h2>${tables}${foreseen}${paid}</section>`;
}

function costTable({ by, rows, total }: CostTable): Markup {
  const cells = (row: readonly string[]) => row.slice(1).map((cell) => html`<td>${cell}</td>`);
  const line = (row: readonly string[]) => html`<tr><th scope="row">${row[0] ?? ''}</th>${cells(row)}</tr>`;
  const foot = total ? html`<tfoot>${line(total)}</tfoot>` : html``;
  return html`
<div class="scroll"><table><thead><tr><th scope="col">By ${by}</th><th scope="col">Agents</th><th scope="col">Forecast</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${rows.map(line)}</tbody>${foot}</table></div>`;
}
