import type { Finding } from './finding.ts';

/** A finding and who says it. */
export interface FindingSource {
  worker: string;
  domain: string;
  finding: Finding;
}

/** What several may say in the same words of the same line: compared with others as one. */
interface Statement {
  items: FindingSource[];
  workers: Set<string>;
  words: Set<string>;
  line: number;
  key: string;
}

const LINES_APART = 2;
// Two words of three in common are a finding's pattern ("unused import a", "unused import b"), not the finding.
const SIMILAR = { onOneLine: 0.5, nearby: 0.7 };
// Should all workers write about one line, neighbours by title are enough: not every pair is compared.
const NEIGHBOURS = 200;
const FILLERS = new Set(
  'a an and are as at be by can could for from has have in is it its may might not of on or possible potential that the this to with without'.split(
    ' ',
  ),
);

/** Groups findings that are one and the same: near in a file with similar titles, or without a place and equal. */
export function groupSame(items: readonly FindingSource[]): FindingSource[][] {
  const files = groupBy(readStatements(items), (statement) => fileKey(statement.items[0]?.finding));
  return files.flatMap(linkNear).map((group) => group.flatMap((statement) => statement.items));
}

/** The words that carry a title: lower case, no accents, no fillers, no plural. */
export function titleWords(title: string): string[] {
  const words =
    title
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !FILLERS.has(word)).map(singular);
  return telling.length > 0 ? telling : [title.trim().toLowerCase()];
}

/** How much two titles share, 0 to 1 (Dice), whatever the order of their words. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return a.size + b.size === 0 ? 1 : (2 * shared) / (a.size + b.size);
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

// A file without a line is a place of its own: else it would tie findings at its two ends together.
function fileKey(finding: Finding | undefined): string {
  if (finding?.path === undefined) return `\0${titleWords(finding?.title ?? '').join(' ')}`;
  return `${finding.path}\0${finding.line === undefined ? '' : 'line'}`;
}

function readStatements(items: readonly FindingSource[]): Statement[] {
  const same = groupBy(items, ({ finding }) =>
    [fileKey(finding), finding.line ?? '', titleWords(finding.title).join(' ')].join('\0'),
  );
  return same.map((group) => {
    const words = titleWords(group[0]?.finding.title ?? '');
    return {
      items: group,
      workers: new Set(group.map((item) => item.worker)),
      words: new Set(words),
      line: group[0]?.finding.line ?? 0,
      key: words.join(' '),
    };
  });
}

// Chains count (a like b, b like c): what ends up together must not depend on who came first.
function linkNear(statements: readonly Statement[]): Statement[][] {
  const sorted = statements.toSorted(
    (a, b) => a.line - b.line || (a.key < b.key ? -1 : Number(a.key > b.key)),
  );
  const parents = sorted.map((_, i) => i);
  for (const [i, a] of sorted.entries()) {
    for (const [offset, b] of sorted.slice(i + 1, i + 1 + NEIGHBOURS).entries()) {
      if (b.line - a.line > LINES_APART) break;
      if (isSame(a, b)) parents[rootOf(parents, i + 1 + offset)] = rootOf(parents, i);
    }
  }
  return groupBy([...sorted.keys()], (i) => String(rootOf(parents, i))).map((group) =>
    group.flatMap((i) => sorted[i] ?? []),
  );
}

// A worker that lists two findings means two.
function isSame(a: Statement, b: Statement): boolean {
  const bound = a.line === b.line ? SIMILAR.onOneLine : SIMILAR.nearby;
  return similarity(a.words, b.words) >= bound && ![...a.workers].some((worker) => b.workers.has(worker));
}

function rootOf(parents: number[], start: number): number {
  let root = start;
  while (parents[root] !== root) root = parents[root] ?? root;
  parents[start] = root;
  return root;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
