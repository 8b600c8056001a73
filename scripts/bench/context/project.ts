import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One domain of the work that is measured: a glob whose matches become workers. */
interface Domain {
  id: string;
  folder: string;
  model: 'haiku' | 'sonnet';
  task: string;
}

export const DOMAINS: readonly Domain[] = [
  { id: 'security', folder: 'http', model: 'haiku', task: 'Find unvalidated input in {item}' },
  { id: 'speed', folder: 'store', model: 'haiku', task: 'List slow queries and N+1 access in {item}' },
  { id: 'errors', folder: 'jobs', model: 'sonnet', task: 'Review error handling and retries in {item}' },
  { id: 'tests', folder: 'ui', model: 'sonnet', task: 'Review which behaviour of {item} no test covers' },
];

/** The number of workers of each domain, as even as possible. */
export function sizesOf(workers: number): number[] {
  return DOMAINS.map((_, index) => Math.floor((workers + DOMAINS.length - 1 - index) / DOMAINS.length));
}

/** The files of one domain, relative to the project. */
export function filesOf(workers: number, domain: number): string[] {
  const folder = DOMAINS[domain]?.folder ?? '';
  return Array.from({ length: sizesOf(workers)[domain] ?? 0 }, (_, n) => `src/${folder}/part-${n + 1}.ts`);
}

/** Writes a project whose files make exactly this many workers; no way is stopped at its ceiling. */
export function writeProject(folder: string, workers: number): void {
  mkdirSync(join(folder, '.orchestration'));
  writeFileSync(join(folder, '.orchestration', 'config.json'), '{"contextBudget": 1000000}\n');
  sizesOf(workers).forEach((size, index) => {
    const place = join(folder, 'src', DOMAINS[index]?.folder ?? '');
    mkdirSync(place, { recursive: true });
    for (let n = 1; n <= size; n++) writeFileSync(join(place, `part-${n}.ts`), 'export {};\n');
  });
}

/** The plan as a model writes it: one line per domain for any number of workers, with a timeout in seconds. */
export function writePlanText(task: string, timeout?: number): string {
  const limit = timeout === undefined ? '' : `, "timeout": ${timeout}`;
  const domains = DOMAINS.map(
    ({ id, folder, task: text }) =>
      `  {"id": "${id}", "workers": [{"each": "src/${folder}/*", "task": "${text}"${limit}}]}`,
  );
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
