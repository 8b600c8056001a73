import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { addAgentsCosts, formatCost, formatTokens, formatUsd } from '../cost/amounts.ts';
import { formatDuration } from '../ledger/duration.ts';
import type { TracedMark } from './attempts.ts';
import type { ToolCall } from './tool-calls.io.ts';
import type { AttemptTrace, RunTrace } from './trace-run.io.ts';

const HEAD = [
  'start',
  'agent',
  'attempt',
  'runner',
  'time',
  'outcome',
  'findings',
  'tokens',
  'cost',
  'tools',
];

/** The attempts as a table by start, with the marks between them; times count from the first attempt. Pure. */
export function renderTrace(run: string, { attempts, marks }: RunTrace, now: number): string {
  const begin = Math.min(...attempts.map(({ startedAt }) => startedAt), ...marks.map(({ at }) => at));
  const rows = [
    ...attempts.map((attempt) => ({ at: attempt.startedAt, cells: cellsOf(attempt, begin, now) })),
    ...marks.map((mark) => ({ at: mark.at, cells: markCells(mark, begin) })),
  ].sort((a, b) => a.at - b.at);
  return [summarize(run, attempts), '', ...align([HEAD, ...rows.map(({ cells }) => cells)])].join('\n');
}

function summarize(run: string, attempts: readonly AttemptTrace[]): string {
  const agents = new Set(attempts.map(({ agent }) => agent)).size;
  const cost = addAgentsCosts(
    attempts.map(({ costUsd, isCostAssumed, isCostUnknown }) => ({
      costUsd,
      assumedUsd: isCostAssumed ? costUsd : 0,
      unpriced: isCostUnknown ? 1 : 0,
    })),
  );
  return `${run}: ${countOf(attempts.length, 'attempt')} of ${countOf(agents, 'agent')}, ${formatCost(cost) || formatUsd(0)}`;
}

function cellsOf(attempt: AttemptTrace, begin: number, now: number): string[] {
  const { startedAt, endedAt = now, findings, toolCalls, costUsd, isCostAssumed, isCostUnknown } = attempt;
  const tokens = attempt.inputTokens + attempt.outputTokens;
  return [
    since(startedAt, begin),
    attempt.agent,
    String(attempt.attempt),
    attempt.driver,
    formatDuration(endedAt - startedAt),
    attempt.outcome,
    findings ? `${findings.critical}/${findings.major}/${findings.minor}` : '-',
    tokens > 0 ? formatTokens(tokens) : '-',
    costUsd > 0 ? `${formatUsd(costUsd)}${isCostAssumed ? ' assumed' : ''}` : isCostUnknown ? 'unknown' : '-',
    [toolCalls ? countTools(toolCalls) : 'not known', ...notesOf(attempt)].join('; '),
  ];
}

function notesOf({ sentBack, denied, fault }: AttemptTrace): string[] {
  return [
    ...(sentBack > 0 ? [`sent back ${sentBack}x`] : []),
    ...(denied.length > 0 ? [`not permitted: ${plainText(denied.join(', '), 80)}`] : []),
    ...(fault === undefined ? [] : [plainText(fault, 120)]),
  ];
}

/** `Read 3, Bash 1 (1 failed)`, the most frequent first. */
function countTools(calls: readonly ToolCall[]): string {
  const counts = new Map<string, { all: number; failed: number }>();
  for (const { name, isError } of calls) {
    const known = counts.get(name) ?? { all: 0, failed: 0 };
    counts.set(name, { all: known.all + 1, failed: known.failed + (isError ? 1 : 0) });
  }
  const sorted = [...counts].sort(([a, x], [b, y]) => y.all - x.all || a.localeCompare(b, 'en'));
  const shown = sorted.map(
    ([name, { all, failed }]) => `${plainText(name, 40)} ${all}${failed > 0 ? ` (${failed} failed)` : ''}`,
  );
  return shown.join(', ') || 'none';
}

const markCells = ({ at, agent = '', text }: TracedMark, begin: number): string[] => [
  since(at, begin),
  agent,
  plainText(text, 160),
];

const since = (at: number, begin: number): string => `+${formatDuration(at - begin)}`;

/** Pads the columns of full rows; a mark's text goes over the columns after it. */
function align(rows: readonly string[][]): string[] {
  const full = rows.filter(({ length }) => length === HEAD.length);
  const widths = HEAD.map((_, column) => Math.max(...full.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
