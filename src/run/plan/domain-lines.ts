import { truncate } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { type Plan, type PlannedAgent, workersOf } from '../ledger/manifest.ts';

/** What a plan does in one domain, for the user who decides whether to start. */
export interface DomainSummary {
  id: string;
  workers: number;
  /** Workers by model; `command` for those without a model. */
  models: Record<string, number>;
  /** The distinct tasks as the plan writes them, with the source of `each` in place of `{item}`. */
  tasks: string[];
}

/** Summarizes each domain of an accepted plan. Pure. */
export function summarizeDomains(plan: Plan): DomainSummary[] {
  return plan.domains.map(({ id, tasks = [] }) => {
    const workers = workersOf(plan).filter(({ domain }) => domain === id);
    return { id, workers: workers.length, models: countModels(workers), tasks };
  });
}

function countModels(workers: readonly PlannedAgent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { model } of workers) counts[model ?? 'command'] = (counts[model ?? 'command'] ?? 0) + 1;
  return counts;
}

/** Characters of all tasks together: the conversation pays for them twice, when they are printed and when they are shown. */
const TASKS_LENGTH = 400;
const MAX_TASKS_LENGTH = 80;
const MIN_TASKS_LENGTH = 24;
const MAX_LINES = 12;

/** Formats one line for each domain; with very many domains the last line counts the rest. */
export function renderDomainLines(domains: readonly DomainSummary[]): string[] {
  const shown = domains.length > MAX_LINES ? domains.slice(0, MAX_LINES - 1) : domains;
  const rest = domains.slice(shown.length);
  const share = Math.floor(TASKS_LENGTH / shown.length);
  const length = Math.max(MIN_TASKS_LENGTH, Math.min(MAX_TASKS_LENGTH, share));
  const workers = rest.reduce((sum, domain) => sum + domain.workers, 0);
  return [
    ...shown.map((domain) => renderDomain(domain, length)),
    ...(rest.length > 0 ? [`- ${rest.length} more domains with ${countOf(workers, 'worker')}`] : []),
  ];
}

/** `- security, 4 opus, 8 sonnet, 3 commands: Find …`; a plan of an earlier version has no tasks here. */
function renderDomain({ id, models, tasks }: DomainSummary, length: number): string {
  const counts = Object.entries(models).map(
    ([model, count]) => `${count} ${model}${model === 'command' && count > 1 ? 's' : ''}`,
  );
  const text = truncate(tasks.join('; '), length);
  return `- ${[id, ...counts].join(', ')}${text === '' ? '' : `: ${text}`}`;
}
