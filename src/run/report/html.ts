import { createHash } from 'node:crypto';
import { type FindingCounts, SEVERITIES, type Severity } from '../../findings/finding.ts';
import { countOf } from '../../findings/words.ts';
import { type CostTable, costTables, describeContextCost, describeForecast } from './cost-wording.ts';
import { findingsSection } from './html-findings.ts';
import { styleSheet } from './html-style.ts';
import { html, Markup, prose } from './markup.ts';
import type { Report, ReportDomain } from './report-types.ts';
import { splitItem } from './text-parts.ts';
import { describeGap, domainNames, formatTime } from './wording.ts';

// Set a task of several sentences in a smaller font.
const LONG_TASK = 90;

/** Renders a self-contained page without scripts and requests, and with a policy that forbids both. */
export function renderHtml(report: Report): string {
  const style = styleSheet(
    report.counts.findings,
    report.domains.map((domain) => domain.counts),
  );
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
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
${gapsSection(report)}
${notesSection(report)}
${overviewSection(report)}
${domainsSection(report)}
${findingsSection(report)}
${numbersSection(report)}
${approvalSection(report)}
${costSection(report)}
<footer>Written by sao, ${formatTime(report.created)}. Titles, details and summaries are the words of agents.</footer>
</main>
</body>
</html>
`.source;
}

function headSection(report: Report): Markup {
  const long = report.task.length > LONG_TASK ? html` class="long"` : html``;
  return html`<header><p class="overline">${report.mode} report</p><h1${long}>${report.task || 'No task'}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${report.run}</code></dd></div><div><dt>Project</dt><dd><code>${report.project}</code></dd></div><div><dt>Started</dt><dd>${formatTime(report.started)}</dd></div><div><dt>Reported</dt><dd>${formatTime(report.created)}</dd></div></dl></header>`;
}

function cardsSection({ counts }: Report): Markup {
  const { agents } = counts;
  const cards = SEVERITIES.map(
    (s) =>
      html`<li class="card ${tone(s, counts.findings)}"><strong>${counts.findings[s]}</strong><span class="label">${s}</span></li>`,
  );
  const open = agents.open > 0 ? `, ${agents.open} not finished` : '';
  return html`<ul class="cards">${cards}<li class="card ${agents.done === agents.total ? 'good' : 'warn'}"><strong>${agents.done}<small> / ${agents.total}</small></strong><span class="label">agents done, ${countOf(agents.gaps, 'gap')}${open}</span></li></ul>`;
}

function approvalSection({ approvals }: Report): Markup {
  if (approvals.length === 0) return html``;
  const items = approvals.map((text) => html`<li>${text}</li>`);
  return html`<section class="box"><h2>Approvals</h2><ul>${items}</ul></section>`;
}

function gapsSection(report: Report): Markup {
  if (report.gaps.length === 0) return html``;
  const nameOf = domainNames(report);
  const items = report.gaps.map(
    (gap) =>
      html`<li><b>${gap.name}</b> <code>${gap.id}</code> in ${nameOf(gap.domain)}: ${prose(describeGap(gap))}</li>`,
  );
  return html`<section class="box warn"><h2>Not complete: ${countOf(report.gaps.length, 'gap')}</h2><ul>${items}</ul></section>`;
}

function numbersSection({ numbers }: Report): Markup {
  if (numbers.length === 0) return html``;
  const topics = numbers.map(
    ({ topic, items }) =>
      html`<h3>${topic}</h3><ul>${items.map((item) => html`<li>${prose(item)}</li>`)}</ul>`,
  );
  return html`<section class="box"><h2>Numbers</h2>${topics}</section>`;
}

function notesSection({ notes }: Report): Markup {
  if (notes.length === 0) return html``;
  return html`<section class="box"><h2>Notes</h2><ul>${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul></section>`;
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

function domainsSection({ domains }: Report): Markup {
  if (domains.length === 0) return html``;
  return html`<section><h2>Domains</h2><div class="domains">${domains.map(domainCard)}</div></section>`;
}

function domainCard(domain: ReportDomain): Markup {
  const gaps = domain.gaps > 0 ? html`<li class="warn"><b>${countOf(domain.gaps, 'gap')}</b></li>` : html``;
  return html`
<article class="domain"><header><h3>${domain.name}</h3><ul class="tally"><li>${domain.done} of ${countOf(domain.workers, 'worker')}</li>${gaps}${tally(domain.counts)}</ul></header>
${domain.summary === '' ? html`` : summary(domain.summary)}</article>`;
}

function tone(severity: Severity, counts: FindingCounts): string {
  return counts[severity] === 0 ? `${severity} none` : severity;
}

function tally(counts: FindingCounts): Markup[] {
  return SEVERITIES.map((s) => html`<li class="${tone(s, counts)}"><b>${counts[s]}</b> ${s}</li>`);
}

function costSection(report: Report): Markup {
  const tables = costTables(report).map(costTable);
  if (tables.length === 0 && !report.context) return html``;
  const paid = report.context ? html`<p class="paid">${describeContextCost(report.context)}</p>` : html``;
  const foreseen = describeForecast(report).map((line) => html`<p>${line}</p>`);
  return html`<section><h2>Cost</h2>${tables}${foreseen}${paid}</section>`;
}

function costTable({ by, rows, total }: CostTable): Markup {
  const cells = (row: readonly string[]) => row.slice(1).map((cell) => html`<td>${cell}</td>`);
  const line = (row: readonly string[]) => html`<tr><th scope="row">${row[0] ?? ''}</th>${cells(row)}</tr>`;
  const foot = total ? html`<tfoot>${line(total)}</tfoot>` : html``;
  return html`
<div class="scroll"><table><thead><tr><th scope="col">By ${by}</th><th scope="col">Agents</th><th scope="col">Foreseen</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${rows.map(line)}</tbody>${foot}</table></div>`;
}
