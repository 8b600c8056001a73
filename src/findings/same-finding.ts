import type { Finding } from './finding.ts';
import { kindOf } from './finding-kind.ts';

/** A finding with its worker and domain. */
export interface FindingSource {
  worker: string;
  domain: string;
  finding: Finding;
}

/** Findings with the same words and line, compared as one. */
interface Statement {
  items: FindingSource[];
  workers: Set<string>;
  words: Set<string>;
  /** Kind of fault; undefined if it is unknown, as for findings of agents. */
  kind: string | undefined;
  line: number;
  key: string;
}

const LINES_APART = 2;
// Two of three common words are often two findings of one kind ("unused import a", "unused import b").
// On the same line they are more likely one finding; one of two common words never is ("missing tests", "missing docs").
const SIMILAR = { onOneLine: 0.6, nearby: 0.7 };
// Each statement is compared with this many followers only, so that many findings on one line stay linear.
const NEIGHBOURS = 60;
const FILLERS = new Set(
  'a an and are as at be by can could for from has have in is it its may might not of on or possible potential that the this to with without'.split(
    ' ',
  ),
);

/**
 * Groups equal findings: near each other in a file and of one kind of fault, or with similar titles if a kind is unknown; or without a place and
 * with equal titles.
 */
export function groupSame(items: readonly FindingSource[]): FindingSource[][] {
  const files = groupBy(readStatements(items), (statement) => fileKey(statement.items[0]?.finding));
  return files.flatMap(linkNear).map((group) => group.flatMap((statement) => statement.items));
}

/** Returns the significant words of a title: lower case, without accents, fillers and plurals. */
export function titleWords(title: string): string[] {
  const words =
    title
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const distinctiveWords = words.filter((word) => !FILLERS.has(word)).map(singular);
  return distinctiveWords.length > 0 ? distinctiveWords : [title.trim().toLowerCase()];
}

/** Returns the Dice similarity of two sets of words, 0 to 1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return a.size + b.size === 0 ? 1 : (2 * shared) / (a.size + b.size);
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

// Findings without a line have their own key; otherwise they would link findings at both ends of the file.
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
      kind: group[0] && kindOf(group[0].finding),
      line: group[0]?.finding.line ?? 0,
      key: words.join(' '),
    };
  });
}

interface Pair {
  a: number;
  b: number;
  likeness: number;
}

// The most similar pairs are linked first and ties follow a total order, so that the result does not depend on input order.
function linkNear(statements: readonly Statement[]): Statement[][] {
  const sorted = statements.toSorted(
    (a, b) => a.line - b.line || (a.key < b.key ? -1 : Number(a.key > b.key)),
  );
  const groups = sorted.map((statement, i) => ({ members: [i], workers: new Set(statement.workers) }));
  for (const { a, b } of findPairs(sorted).sort((x, y) => y.likeness - x.likeness)) {
    const [one, other] = [groups[a], groups[b]];
    if (!one || !other || one === other || !isDisjoint(one.workers, other.workers)) continue;
    const [large, small] = one.members.length < other.members.length ? [other, one] : [one, other];
    for (const member of small.members) {
      large.members.push(member);
      groups[member] = large;
    }
    for (const worker of small.workers) large.workers.add(worker);
  }
  return [...new Set(groups)].map(({ members }) => members.flatMap((i) => sorted[i] ?? []));
}

function findPairs(sorted: readonly Statement[]): Pair[] {
  const pairs: Pair[] = [];
  for (const [i, one] of sorted.entries()) {
    for (let j = i + 1; j <= i + NEIGHBOURS; j += 1) {
      const other = sorted[j];
      if (!other || other.line - one.line > LINES_APART) break;
      const likeness = likenessOf(one, other);
      if (likeness > 0 && isDisjoint(one.workers, other.workers)) pairs.push({ a: i, b: j, likeness });
    }
  }
  return pairs;
}

/** Above 1 for findings of one kind of fault, the nearest first; 0 for different findings. */
function likenessOf(one: Statement, other: Statement): number {
  if (one.kind !== undefined && other.kind !== undefined)
    return one.kind === other.kind ? 2 - 0.1 * (other.line - one.line) : 0;
  const likeness = similarity(one.words, other.words);
  const bound = one.line === other.line && one.line > 0 ? SIMILAR.onOneLine : SIMILAR.nearby;
  return likeness >= bound ? likeness : 0;
}

// Two findings of one worker are never merged, even through a third finding.
function isDisjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const worker of small) if (large.has(worker)) return false;
  return true;
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
