import type { MemoryRecord } from './record.schema.ts';
import { tokenize } from './tokenize.ts';

const K1 = 1.2;
const B = 0.75;
/** Minimum share of the query's idf mass that a record must hold. */
export const RELEVANCE_FLOOR = 0.3;
/** How often a term of the title counts, in comparison with one of the text. */
const TITLE_WEIGHT = 2;

/** The terms of a record with their weights. Computed once, when the record is written. */
export interface RecordTerms {
  /** The sum of the weights. */
  length: number;
  weights: Readonly<Record<string, number>>;
}

/** Counts the terms of a record. */
export function termsOf(
  record: Pick<MemoryRecord, 'title' | 'text' | 'asked' | 'refs' | 'module'>,
): RecordTerms {
  const weights: Record<string, number> = Object.create(null);
  const add = (text: string, weight: number) => {
    for (const term of tokenize(text)) weights[term] = (weights[term] ?? 0) + weight;
  };
  add(record.title, TITLE_WEIGHT);
  for (const text of [record.text, ...record.asked, ...record.refs, record.module ?? '']) add(text, 1);
  return { length: Object.values(weights).reduce((sum, weight) => sum + weight, 0), weights };
}

/** One record with its terms. */
export interface Indexed {
  record: MemoryRecord;
  terms: RecordTerms;
}

/** A record that shares terms with a query. */
export interface Match {
  record: MemoryRecord;
  /** BM25. */
  score: number;
  /** Share of the query's idf mass that the record holds, 0 to 1. */
  share: number;
  /** The query's terms that the record holds. */
  terms: string[];
}

/** Ranks records by BM25, the best first. A tie is broken by the newer record, then by the id. Includes matches below the floor. */
export function rankRecords(query: string, records: readonly Indexed[]): Match[] {
  const queried = [...new Set(tokenize(query))];
  if (queried.length === 0 || records.length === 0) return [];
  const idf = inverseFrequencies(queried, records);
  const mass = [...idf.values()].reduce((sum, value) => sum + value, 0);
  const average = records.reduce((sum, { terms }) => sum + terms.length, 0) / records.length || 1;
  const matches = records.flatMap(({ record, terms }) => {
    const held = queried.filter((term) => weightOf(terms, term) > 0);
    if (held.length === 0) return [];
    const norm = K1 * (1 - B + (B * terms.length) / average);
    let score = 0;
    let share = 0;
    for (const term of held) {
      const weight = weightOf(terms, term);
      const value = idf.get(term) ?? 0;
      score += (value * weight * (K1 + 1)) / (weight + norm);
      share += value / mass;
    }
    return [{ record, score, share, terms: held }];
  });
  return matches.sort(
    (a, b) =>
      b.score - a.score || b.record.at.localeCompare(a.record.at) || a.record.id.localeCompare(b.record.id),
  );
}

// `constructor` is a key of every object.
function weightOf({ weights }: RecordTerms, term: string): number {
  return Object.hasOwn(weights, term) ? (weights[term] ?? 0) : 0;
}

function inverseFrequencies(queried: readonly string[], records: readonly Indexed[]): Map<string, number> {
  const count = records.length;
  return new Map(
    queried.map((term) => {
      let holders = 0;
      for (const { terms } of records) if (weightOf(terms, term) > 0) holders += 1;
      return [term, Math.log(1 + (count - holders + 0.5) / (holders + 0.5))];
    }),
  );
}
