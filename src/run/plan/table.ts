import { plainText } from '../../findings/plain-text.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { formatUsd } from '../cost/amounts.ts';
import type { AgentForecast } from '../ledger/agent-forecast.ts';
import type { Plan } from '../ledger/manifest.ts';
import type { Estimate } from './estimate.ts';

const HEADINGS = ['wave', 'domain', 'worker', 'model', 'why', 'type', 'task', 'output'] as const;

/** The plan as rows of a table: every text on one line and without control characters. */
export function planRows(plan: Plan): string[][] {
  return plan.agents.map((agent) => [
    String(agent.wave),
    agent.domain,
    agent.id,
    agent.model ?? (agent.command ? 'command' : 'engine'),
    plainText(agent.modelReason, 40),
    agent.kind === 'command' ? '' : (agent.agentType ?? 'general'),
    plainText(agent.command ? quoteCommand(agent.command) : agent.task, 60),
    agent.output,
  ]);
}

/** Renders `plan.md`, the table that a human reads before the run starts. */
export function renderPlanMarkdown(plan: Plan, estimate: Estimate): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [
    `# Plan: ${plainText(plan.task, 200)}`,
    '',
    row(HEADINGS),
    row(HEADINGS.map(() => '---')),
    ...planRows(plan).map(row),
    '',
    `Estimated tokens in the conversation that starts it: ${formatRunnerCosts(estimate)}; in all prompts together: ${estimate.promptTokens}; by the agents: ${formatAgentForecast(estimate.agents)}${formatReviews(estimate)}.`,
    '',
  ].join('\n');
}

function formatRunnerCosts({ parent }: Estimate): string {
  return Object.entries(parent)
    .map(([driver, tokens]) => `${tokens} (${driver})`)
    .join(', ');
}

/** Formats the forecast of tokens and USD for the agents, by domain and by model, with its basis. */
function formatAgentForecast({ tokens, usd, basis, byDomain, byModel }: AgentForecast): string {
  if (tokens === 0) return 'none, since no model is asked';
  const list = [
    ...byDomain.map((use) => [use.domain, use.tokens]),
    ...byModel.map((use) => [use.model, use.tokens]),
  ]
    .flatMap(([name, count]) => (count ? [`${name} ${count}`] : []))
    .join(', ');
  const money = usd === null ? '' : ` and ${formatUsd(usd)}`;
  return `${tokens}${money} (by ${basis}; ${list})`;
}

function formatReviews({ reviews }: Estimate): string {
  return reviews === 0 ? '' : `; in auto mode, by the client’s reviews of finished agents: ${reviews} more`;
}

/** The same rows in columns for a terminal. */
export function renderPlanTable(plan: Plan, width: number): string {
  const rows = [[...HEADINGS], ...planRows(plan)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => [...line].slice(0, Math.max(width, 40)).join(''))
    .join('\n');
}
