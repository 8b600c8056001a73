import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One domain of the work that is measured: a glob whose matches become workers. */
interface Domain {
  id: string;
  folder: string;
  model: 'haiku' | 'sonnet';
  task: string;
}

export const FIVE_DOMAINS: readonly Domain[] = [
  { id: 'security', folder: 'http', model: 'haiku', task: 'Find unvalidated input in {item}' },
  { id: 'speed', folder: 'store', model: 'haiku', task: 'List slow queries and N+1 access in {item}' },
  { id: 'errors', folder: 'jobs', model: 'sonnet', task: 'Review error handling and retries in {item}' },
  { id: 'tests', folder: 'ui', model: 'sonnet', task: 'Review which behaviour of {item} no test covers' },
  { id: 'docs', folder: 'api', model: 'haiku', task: 'List what {item} exports without a comment' },
];

/** The domains of every measured way, except where a plan with five is shown. */
export const DOMAINS: readonly Domain[] = FIVE_DOMAINS.slice(0, 4);

/** The number of workers of each domain, as even as possible. */
export function sizesOf(workers: number, domains = DOMAINS): number[] {
  return domains.map((_, index) => Math.floor((workers + domains.length - 1 - index) / domains.length));
}

/** The files of one domain, relative to the project. */
export function filesOf(workers: number, domain: number, domains = DOMAINS): string[] {
  const folder = domains[domain]?.folder ?? '';
  const size = sizesOf(workers, domains)[domain] ?? 0;
  return Array.from({ length: size }, (_, n) => `src/${folder}/part-${n + 1}.ts`);
}

/** Writes a project whose files make exactly this many workers; no way is stopped at its ceiling. */
export function writeProject(folder: string, workers: number, domains = DOMAINS): void {
  mkdirSync(join(folder, '.orchestration'));
  writeFileSync(join(folder, '.orchestration', 'config.json'), '{"contextBudget": 1000000}\n');
  domains.forEach((domain, index) => {
    mkdirSync(join(folder, 'src', domain.folder), { recursive: true });
    for (const file of filesOf(workers, index, domains)) writeFileSync(join(folder, file), 'export {};\n');
  });
}

/** The plan as a model writes it: one line per domain for any number of workers, with a timeout in seconds. */
export function writePlanText(task: string, timeout?: number, domains = DOMAINS): string {
  const limit = timeout === undefined ? '' : `, "timeout": ${timeout}`;
  const lines = domains.map(
    ({ id, folder, task: text }) =>
      `  {"id": "${id}", "workers": [{"each": "src/${folder}/*", "task": "${text}"${limit}}]}`,
  );
  return joinPlan(task, lines);
}

/** The same plan with every worker written out. */
export function writeLongPlanText(task: string, workers: number): string {
  const lines = DOMAINS.map(({ id, task: text }, index) => {
    const entries = filesOf(workers, index).map(
      (file) => `    {"task": "${text.replace('{item}', file)}", "scope": "${file}"}`,
    );
    return `  {"id": "${id}", "workers": [\n${entries.join(',\n')}]}`;
  });
  return joinPlan(task, lines);
}

function joinPlan(task: string, domains: readonly string[]): string {
  return `{"version": 1, "task": "${task}", "domains": [\n${domains.join(',\n')}]}`;
}

/** A coordinator's answer: three findings and the gaps, of exactly this many characters. */
export function summaryOf(characters: number): string {
  const lines = ['1. ', '2. ', '3. ', 'Gaps: '].map((head) =>
    head.padEnd(Math.floor(characters / 4) - 1, WORDS),
  );
  return lines.join('\n').padEnd(characters, '.');
}

const WORDS = 'a request reaches the store unchecked and the caller never learns of it; ';
