import { countOf } from '../../findings/words.ts';
import { formatTokens, formatUsd } from '../cost/amounts.ts';
import type { Report, ReportContext } from './report-types.ts';
import { domainNames } from './wording.ts';

/** Formats the tokens that the run used of the conversation that started it, and the forecast. */
export function describeContextCost({ tokens, exact, parts, forecast }: ReportContext): string {
  const foreseen = forecast === undefined ? '' : `; forecast ${formatTokens(forecast)}`;
  const formatEstimate = (characters: number) => formatTokens(Math.round(characters / 4));
  return `This run used ${formatTokens(tokens)} tokens of the conversation (${exact ? 'by the client’s own figures' : 'estimated'}${foreseen}): ${formatEstimate(parts.skill)} for the command, ${formatEstimate(parts.dispatch)} for dispatch, ${formatEstimate(parts.receipts)} for receipts, ${formatEstimate(parts.results)} for the agents’ own words.`;
}

/** A table of costs. Each row has a name, the number of agents, forecast tokens, used tokens, and USD. */
export interface CostTable {
  by: string;
  rows: string[][];
  /** The total row; undefined if there is only one row. */
  total: string[] | undefined;
}

/** Formats the use of the agents and the forecast; empty without a forecast. */
export function describeForecast({ cost: { forecast, tokens, usd } }: Report): string[] {
  if (forecast === undefined || forecast.tokens === 0) return [];
  const money = forecast.usd === null ? '' : ` and ${formatUsd(forecast.usd)}`;
  const paid = forecast.usd === null ? '' : ` and ${formatUsd(usd)}`;
  return [
    `${formatTokens(forecast.tokens)} tokens${money} were forecast for the agents, by ${forecast.basis}; used: ${formatTokens(tokens)}${paid}.`,
  ];
}

/** What the sums of the cost do not tell: what is assumed in them, and what is missing. */
export function describeUncertainCost({ cost: { assumedUsd = 0, unpriced = 0, usd } }: Report): string[] {
  const missing = `${countOf(unpriced, 'attempt')} reported no cost`;
  return [
    ...(assumedUsd > 0
      ? [`Of the cost, ${formatUsd(assumedUsd)} is assumed, because the client reported none.`]
      : []),
    ...(unpriced > 0 ? [`${missing}${usd === null ? '' : ', which is missing in the sums'}.`] : []),
  ];
}

/** Builds the tables of the agents' use: by model and, if there are several, by domain. */
export function costTables(report: Report): CostTable[] {
  const { byModel, byDomain = [], tokens, usd, forecast } = report.cost;
  if (usd === null && tokens === null) return [];
  const nameOf = domainNames(report);
  const foreseen = {
    models: new Map(forecast?.byModel.map((use) => [use.model, use.tokens])),
    domains: new Map(forecast?.byDomain.map((use) => [use.domain, use.tokens])),
  };
  const models = byModel.map((use) =>
    formatUseRow(use.model ?? 'none (commands)', use, foreseen.models.get(use.model)),
  );
  const domains = byDomain.map((use) =>
    formatUseRow(nameOf(use.domain), use, foreseen.domains.get(use.domain)),
  );
  const agents = byModel.reduce((n, use) => n + use.agents, 0);
  const total =
    models.length > 1 ? formatUseRow('all', { agents, tokens, usd }, forecast?.tokens) : undefined;
  const hasDomains = domains.length > 1 && (usd !== 0 || tokens !== 0);
  return [
    { by: 'model', rows: models, total },
    ...(hasDomains ? [{ by: 'domain', rows: domains, total: undefined }] : []),
  ];
}

interface Use {
  agents: number;
  tokens: number | null;
  usd: number | null;
}

function formatUseRow(name: string, { agents, tokens, usd }: Use, foreseen: number | null = null): string[] {
  return [
    name,
    String(agents),
    foreseen === null ? '–' : formatTokens(foreseen),
    formatTokens(tokens),
    formatUsd(usd),
  ];
}
