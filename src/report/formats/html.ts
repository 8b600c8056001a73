import { createHash } from 'node:crypto';
import { countOf } from '../../words.ts';
import { type FindingCounts, SEVERITIES } from '../finding.ts';
import type { Report, ReportDomain } from '../report-types.ts';
import { findingsSection } from './html-findings.ts';
import { styleSheet } from './html-style.ts';
import { html, Markup } from './markup.ts';
import { nameDomains, sayGap, sayPaid, sayTime, sayTokens, sayUsd } from './wording.ts';

/** One page that needs nothing else: no script, no request, and a policy that would forbid both. */
export function renderHtml(report: Report): string {
  const style = styleSheet(report.domains.length);
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
${findingsSection(report)}
${domainsSection(report)}
${costSection(report)}
<footer>Written by sao, ${sayTime(report.created)}. Titles, details and summaries are the words of agents.</footer>
</main>
</body>
</html>
`.source;
}

function headSection(report: Report): Markup {
  return html`<header><p class="overline">${report.mode} report</p><h1>${report.task || 'No task'}</h1>
<dl class="meta"><div><dt>Run</dt><dd><code>${report.run}</code></dd></div><div><dt>Project</dt><dd><code>${report.project}</code></dd></div><div><dt>Started</dt><dd>${sayTime(report.started)}</dd></div><div><dt>Reported</dt><dd>${sayTime(report.created)}</dd></div></dl></header>`;
}

function cardsSection({ counts }: Report): Markup {
  const { agents } = counts;
  const cards = SEVERITIES.map(
    (s) =>
      html`<li class="card ${s}${counts.findings[s] === 0 ? ' none' : ''}"><strong>${counts.findings[s]}</strong><span class="label">${s}</span></li>`,
  );
  const open = agents.open > 0 ? `, ${agents.open} not finished` : '';
  return html`<ul class="cards">${cards}<li class="card ${agents.done === agents.total ? 'good' : 'warn'}"><strong>${agents.done}<small> / ${agents.total}</small></strong><span class="label">agents done, ${countOf(agents.gaps, 'gap')}${open}</span></li></ul>`;
}

function gapsSection(report: Report): Markup {
  if (report.gaps.length === 0) return html``;
  const nameOf = nameDomains(report);
  const items = report.gaps.map(
    (gap) =>
      html`<li><b>${gap.name}</b> <code>${gap.id}</code> in ${nameOf(gap.domain)}: ${sayGap(gap)}</li>`,
  );
  return html`<section class="box warn"><h3>Not complete: ${countOf(report.gaps.length, 'gap')}</h3><ul>${items}</ul></section>`;
}

function notesSection({ notes }: Report): Markup {
  if (notes.length === 0) return html``;
  return html`<section class="box"><h3>Notes</h3><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

function domainsSection({ domains }: Report): Markup {
  if (domains.length === 0) return html``;
  return html`<section><h2>Domains</h2><div class="domains">${domains.map(domainCard)}</div></section>`;
}

function domainCard(domain: ReportDomain): Markup {
  const summary = domain.summary === '' ? [] : domain.summary.split('\n').map((text) => html`<p>${text}</p>`);
  const gaps = domain.gaps > 0 ? html`<li class="warn"><b>${countOf(domain.gaps, 'gap')}</b></li>` : html``;
  return html`
<article class="domain"><header><h3>${domain.name || domain.id}</h3><ul class="tally"><li>${domain.done} of ${countOf(domain.workers, 'worker')}</li>${gaps}${tally(domain.counts)}</ul></header>
${summary.length === 0 ? html`` : html`<div class="summary">${summary}</div>`}</article>`;
}

function tally(counts: FindingCounts): Markup[] {
  return SEVERITIES.map(
    (s) => html`<li class="${s}${counts[s] === 0 ? ' none' : ''}"><b>${counts[s]}</b> ${s}</li>`,
  );
}

function costSection({ cost, context }: Report): Markup {
  const paid = context ? html`<p>${sayPaid(context)}</p>` : html``;
  if (cost.usd === null && cost.tokens === null)
    return context ? html`<section><h2>Cost</h2>${paid}</section>` : html``;
  const rows = cost.byModel.map(
    (row) =>
      html`<tr><td>${row.model ?? 'none (commands)'}</td><td>${row.agents}</td><td>${sayTokens(row.tokens)}</td><td>${sayUsd(row.usd)}</td></tr>`,
  );
  const agents = cost.byModel.reduce((n, row) => n + row.agents, 0);
  return html`<section><h2>Cost</h2><div class="scroll"><table><thead><tr><th scope="col">Model</th><th scope="col">Agents</th><th scope="col">Tokens</th><th scope="col">Cost</th></tr></thead>
<tbody>${rows}</tbody><tfoot><tr><th scope="row">all</th><td>${agents}</td><td>${sayTokens(cost.tokens)}</td><td>${sayUsd(cost.usd)}</td></tr></tfoot></table></div>${paid}</section>`;
}
