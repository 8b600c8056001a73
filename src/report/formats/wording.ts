import type { Cost } from '../cost.ts';
import { type FindingCounts, SEVERITIES } from '../finding.ts';
import type { Report, ReportGap } from '../report-types.ts';

/** `2 critical, 5 major, 11 minor`: the zeros too, so that a reader sees that they were counted. */
export function sayCounts(counts: FindingCounts): string {
  return SEVERITIES.map((severity) => `${counts[severity]} ${severity}`).join(', ');
}

/** `24 of 30 agents done, 2 gaps` and, while the run goes on, what is still open. */
export function sayAgents({ total, done, gaps, open }: Report['counts']['agents']): string {
  const unfinished = open > 0 ? `, ${open} not finished` : '';
  return `${done} of ${count(total, 'agent')} done, ${count(gaps, 'gap')}${unfinished}`;
}

/** `it left no output, after 2 attempts` */
export function sayGap({ reason, attempts }: ReportGap): string {
  const tried = attempts === 0 ? 'never started' : `after ${count(attempts, 'attempt')}`;
  return `${reason.replace(/\.$/, '')}, ${tried}`;
}

/** `1 gap`, `2 gaps` */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `src/a.ts:12`, or nothing. */
export function sayPlace({ path, line }: { path: string | null; line: number | null }): string {
  if (path === null) return '';
  return line === null ? path : `${path}:${line}`;
}

export function sayUsd(usd: number | null): string {
  return usd === null ? 'not known' : `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}

export function sayTokens(tokens: number | null): string {
  return tokens === null ? 'not known' : String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Model, agents, tokens and cost of each row of a table, and of all together. */
export function sayCosts({ byModel, tokens, usd }: Cost): { rows: string[][]; total: string[] } {
  const rows = byModel.map((row) => [
    row.model ?? 'none (commands)',
    String(row.agents),
    row.model === null ? 'none' : sayTokens(row.tokens),
    row.model === null ? 'none' : sayUsd(row.usd),
  ]);
  const agents = byModel.reduce((n, row) => n + row.agents, 0);
  return { rows, total: ['all', String(agents), sayTokens(tokens), sayUsd(usd)] };
}

/** The names of domains for their ids; an id without a name stands for itself. */
export function nameDomains(report: Report): (id: string) => string {
  const names = new Map(report.domains.map((domain) => [domain.id, domain.name]));
  return (id) => names.get(id) ?? id;
}

/** A piece of a text: words, or what stood between backticks. */
export interface Piece {
  text: string;
  isCode: boolean;
}

/** A plain text at its backticks; one piece where they are not simple pairs. */
export function splitCode(text: string): Piece[] {
  const pieces = text.split('`').map((piece, i) => ({ text: piece, isCode: i % 2 === 1 }));
  const isPaired = pieces.length % 2 === 1 && pieces.every((piece) => !piece.isCode || /\S/.test(piece.text));
  return isPaired ? pieces.filter((piece) => piece.text !== '') : [{ text, isCode: false }];
}

/** `2026-03-14 10:15 UTC`; what is no such time stays as it is. */
export function sayTime(time: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]{2,12})?Z$/.exec(time) ?? [];
  return day && minute ? `${day} ${minute} UTC` : time;
}
