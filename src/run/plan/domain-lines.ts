import { plainText, truncate } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { type Plan, workersOf } from '../ledger/manifest.ts';
import { countModels, formatModels } from './estimate.ts';
import { fillItem } from './expand.ts';
import type { DomainInput, PlanInput, WorkerInput } from './plan.schema.ts';

/** What a plan does in one domain, for the user who decides whether to start. */
export interface DomainSummary {
  id: string;
  workers: number;
  /** Workers by model; `command` for those without a model. */
  models: Record<string, number>;
  /** The distinct tasks as the plan writes them, with the source of `each` in place of `{item}`. */
  tasks: string[];
}

/** Summarizes each domain of an accepted plan; the tasks are those of the plan before `each` is expanded. Pure. */
export function summarizeDomains(plan: Plan, { domains }: PlanInput): DomainSummary[] {
  return domains.map((domain) => {
    const workers = workersOf(plan).filter((worker) => worker.domain === domain.id);
    return {
      id: domain.id,
      workers: workers.length,
      models: Object.fromEntries(countModels(workers)),
      tasks: tasksOf(domain),
    };
  });
}

function tasksOf({ workers }: DomainInput): string[] {
  return [...new Set(workers.map((worker) => plainText(fillItem(worker.task, describeItems(worker)))))];
}

function describeItems({ each }: WorkerInput): string | null {
  if (each === undefined || typeof each === 'string') return each ?? null;
  const [first = '', ...others] = each;
  return others.length === 0 ? first : `${first} (and ${countOf(others.length, 'other')})`;
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
    ...shown.map(
      ({ id, models, tasks }) => `- ${id}, ${formatModels(models)}: ${truncate(tasks.join('; '), length)}`,
    ),
    ...(rest.length > 0 ? [`- ${rest.length} more domains with ${countOf(workers, 'worker')}`] : []),
  ];
}
