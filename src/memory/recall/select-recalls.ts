import { countTokens, type RecallBudget } from './budget.ts';
import { formatRecall } from './format-recall.ts';
import { quarantineReasons } from './quarantine.ts';
import { type Indexed, type Match, RELEVANCE_FLOOR, rankRecords } from './rank.ts';
import type { MemoryRecord } from './record.schema.ts';

/** Why a record is not given to an agent although it is there. */
export const SUPPRESSIONS = [
  'below-floor',
  'expired',
  'forgotten',
  'superseded',
  'refs-gone',
  'contradicts',
  'unproved',
  'quarantined',
  'over-budget',
] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** Memory at one moment. */
export interface MemorySnapshot {
  records: readonly Indexed[];
  forgotten: ReadonlySet<string>;
}

export interface RecallQuery {
  text: string;
  budget: RecallBudget;
  /** ISO 8601, UTC. */
  now: string;
  /** Session records of this role come first, then the archive, then session records of other roles. */
  role?: string | undefined;
  /** Records about this module fit without regard to the floor: in a small memory common words carry little information. */
  module?: string | undefined;
  /** Failures come first. */
  failuresFirst?: boolean;
  /** Whether a path of `refs` exists in the project. */
  hasPath(path: string): boolean;
  /** Whether a record contradicts a lock or a brain. */
  contradicts(record: MemoryRecord): boolean;
}

export interface Recall {
  matches: Match[];
  /** Estimated tokens of the blocks. */
  tokens: number;
  /** How many matching records were left out, by reason. */
  suppressed: Partial<Record<Suppression, number>>;
}

/** Chooses the records that an agent is given: relevant, proved, current, and inside the budget. A record is given whole or not at all. */
export function selectRecalls(memory: MemorySnapshot, query: RecallQuery): Recall {
  const recall: Recall = { matches: [], tokens: 0, suppressed: {} };
  if (query.budget.records === 0) return recall;
  const superseded = supersededIds(memory.records.map(({ record }) => record));
  const leaveOut = (reason: Suppression) => {
    recall.suppressed[reason] = (recall.suppressed[reason] ?? 0) + 1;
  };
  for (const match of orderMatches(rankRecords(query.text, newestOfEach(memory.records)), query)) {
    const reason = suppressionOf(match, query, { forgotten: memory.forgotten, superseded });
    const tokens = reason ? 0 : countTokens(formatRecall(match.record, query.now));
    const isFull =
      recall.matches.length >= query.budget.records || recall.tokens + tokens > query.budget.tokens;
    if (reason) leaveOut(reason);
    else if (isFull) leaveOut('over-budget');
    // Last, because the comparison with locks and brains takes longest.
    else if (query.contradicts(match.record)) leaveOut('contradicts');
    else {
      recall.matches.push(match);
      recall.tokens += tokens;
    }
  }
  return recall;
}

/** The ids that newer records replace. A record without evidence replaces nothing. */
export function supersededIds(records: readonly MemoryRecord[]): Set<string> {
  return new Set(
    records.flatMap(({ supersedes, basis }) => (supersedes && basis !== 'claimed' ? [supersedes] : [])),
  );
}

/** Of records with one id, which were learned twice, the newest; a proved one before an unproved one. */
export function newestOfEach(records: readonly Indexed[]): Indexed[] {
  const chosen = new Map<string, Indexed>();
  for (const each of records) {
    const other = chosen.get(each.record.id)?.record;
    if (!other || isBetter(each.record, other)) chosen.set(each.record.id, each);
  }
  return [...chosen.values()];
}

function isBetter(record: MemoryRecord, other: MemoryRecord): boolean {
  const isProved = record.basis !== 'claimed';
  return isProved === (other.basis !== 'claimed') ? record.at > other.at : isProved;
}

function orderMatches(matches: readonly Match[], { role, failuresFirst = false }: RecallQuery): Match[] {
  const rankOf = ({ record }: Match) => {
    if (failuresFirst && record.kind === 'failure') return -1;
    if (role === undefined) return 0;
    return record.layer === 'archive' ? 1 : record.role === role ? 0 : 2;
  };
  return [...matches].sort((a, b) => rankOf(a) - rankOf(b));
}

function suppressionOf(
  { record, share }: Match,
  { now, hasPath, module }: RecallQuery,
  { forgotten, superseded }: { forgotten: ReadonlySet<string>; superseded: ReadonlySet<string> },
): Suppression | undefined {
  if (forgotten.has(record.id)) return 'forgotten';
  if (record.basis === 'claimed') return 'unproved';
  if (superseded.has(record.id)) return 'superseded';
  if (Date.parse(record.expires) <= Date.parse(now)) return 'expired';
  const isOfModule = module !== undefined && record.module === module;
  if (share < RELEVANCE_FLOOR && !isOfModule) return 'below-floor';
  const paths = record.refs.flatMap((ref) => pathOf(ref) ?? []);
  const areRefsGone = paths.length > 0 && paths.length === record.refs.length && !paths.some(hasPath);
  if (areRefsGone) return 'refs-gone';
  // The files are open to everyone who can commit.
  return quarantineReasons(wordsOf(record)).length > 0 ? 'quarantined' : undefined;
}

function wordsOf({ title, text, asked, refs }: MemoryRecord): string {
  return [title, text, ...asked, ...refs].join('\n');
}

/** The path of a reference such as `src/a.ts:3-8`; undefined for commits and decisions. */
export function pathOf(ref: string): string | undefined {
  const path = /^(.*?)(?::\d+(?:-\d+)?)?$/.exec(ref)?.[1] ?? ref;
  return path.includes('/') || /\.[a-z]\w{0,9}$/i.test(path) ? path : undefined;
}
