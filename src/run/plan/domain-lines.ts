import { plainText, truncate } from '../../findings/plain-text.ts';
import { verbatim } from '../../findings/verbatim.ts';
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
  const text = shortenTasks(tasks, length);
  return `- ${[id, ...counts].join(', ')}${text === '' ? '' : `: ${text}`}`;
}

/** Tasks in about `length` characters. What is left out is counted, so that the user knows to read the table. */
function shortenTasks(tasks: readonly string[], length: number): string {
  const whole = tasks.join('; ');
  if (whole.length <= length) return whole;
  const fitting = tasks.findIndex((_, index) => tasks.slice(0, index + 1).join('; ').length > length);
  const shown =
    fitting > 0 ? tasks.slice(0, fitting).join('; ') : truncate(plainText(tasks[0] ?? ''), length);
  const left = tasks.length - Math.max(1, fitting);
  return left === 0 ? `${shown} (whole in plan.md)` : `${shown} (${left} more in plan.md)`;
}

/** Tasks that a question shows. A longer one would hide its own beginning. */
const MAX_QUESTION_TASKS = 100;
const MAX_QUESTION_TASK_LENGTH = 400;

/** Formats all tasks of a plan for the question to the human, who does not see the plan otherwise; `table` is the path of plan.md. */
export function renderTaskLines(domains: readonly DomainSummary[], table: string): string[] {
  let left = MAX_QUESTION_TASKS;
  let isCut = false;
  const lines = domains.flatMap((domain) => {
    const shown = domain.tasks.slice(0, left);
    left -= shown.length;
    isCut ||=
      shown.length < domain.tasks.length || shown.some((task) => task.length > MAX_QUESTION_TASK_LENGTH);
    const tasks = shown.map((task) => `  ${truncate(verbatim(task), MAX_QUESTION_TASK_LENGTH)}`);
    return [renderDomain({ ...domain, tasks: [] }, 0), ...tasks];
  });
  const total = domains.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return isCut ? [...lines, `Of ${countOf(total, 'task')} not all is shown; whole: ${table}`] : lines;
}
