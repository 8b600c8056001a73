import { compareClaims, type Difference, type Nouns } from './claims.ts';
import { answerOf, type Pair, questionOf } from './pair.schema.ts';
import { compareAnswers, compareReadings, Reading } from './reading.ts';
import { type Features, NearIndex, vectorise } from './similar.ts';
import { readKeys } from './words.ts';

/** Minimum cosine similarity of words and bigrams at which two texts are near duplicates. */
const NEAR = 0.92;
/**
 * If this many near pairs were already compared, a further near pair is compared only with these. Otherwise the cost for a thousand
 * variants of one sentence would grow with the square of their number.
 */
const CROWD = 8;
/** Maximum number of questions with the same answer. */
const MAX_PHRASINGS = 3;

/** Two pairs with nearly the same words that cannot both be true, as indices of the given pairs. */
export interface Clash {
  a: number;
  b: number;
  differs: Difference[];
  /** The pair that a newer one replaces; null: a human must decide, and both are rejected until then. */
  superseded: number | null;
}

/** Decisions about pairs that resemble each other, as indices of the given pairs. */
export interface Resemblance {
  /** For each near duplicate, the pair that is kept instead. */
  duplicates: Map<number, number>;
  contradictions: Map<number, number>;
  superseded: Map<number, number>;
  /** For each surplus phrasing, the pair that is kept. */
  phrasings: Map<number, number>;
  clashes: Clash[];
}

/** Finds near duplicates, contradictions and surplus phrasings. Keeps the pair with the higher quality, then the newer one. Pure. */
export function findResemblance(pairs: readonly Pair[], nouns: Nouns): Resemblance {
  const order = [...pairs.keys()].sort((a, b) => compareRank(pairs[a], pairs[b]) || a - b);
  const ranked = order.map((index) => new Reading(pairs[index] as Pair, nouns));
  const answers = vectorise(
    ranked.map(({ pair }) => readKeys(answerOf(pair))),
    NEAR,
  );
  const near = mergeNear(ranked, answers);
  spreadContradictions(near);
  const isLeft = (id: number) =>
    !near.duplicates.has(id) && !near.contradictions.has(id) && !near.superseded.has(id);
  const phrasings = countPhrasings(ranked, answers, isLeft);
  return toIndices({ ...near, phrasings }, order);
}

// Keep the newest pair of taxonomy `state`, and the best of all others.
function compareRank(a: Pair | undefined, b: Pair | undefined): number {
  if (!a || !b) return 0;
  const isState = (pair: Pair) => (pair.metadata.taxonomy === 'state' ? 0 : 1);
  if (isState(a) !== isState(b)) return isState(a) - isState(b);
  const quality = b.metadata.quality_score - a.metadata.quality_score;
  const age = timeOf(b) - timeOf(a);
  return isState(a) === 0 ? age || quality : quality || age;
}

const timeOf = ({ metadata }: Pair) => Date.parse(metadata.source_timestamp);

type Near = Omit<Resemblance, 'phrasings'>;

function mergeNear(readings: readonly Reading[], answers: readonly Features[]): Near {
  const texts = readings.map(({ pair }) => [...readKeys(questionOf(pair)), '?', ...readKeys(answerOf(pair))]);
  const index = new NearIndex(vectorise(texts, NEAR), NEAR);
  const answered = new NearIndex(answers, NEAR);
  const near: Near = { duplicates: new Map(), contradictions: new Map(), superseded: new Map(), clashes: [] };
  const exact = new Map<string, number>();
  for (const id of readings.keys()) {
    const words = texts[id]?.join(' ') ?? '';
    const same = exact.get(words);
    if (same !== undefined) {
      near.duplicates.set(id, same);
      continue;
    }
    const neighbours = index.near(id);
    const others = answered.near(id).filter((other) => !neighbours.includes(other));
    const twin = findKeptDuplicate(near, readings, id, neighbours, others);
    exact.set(words, twin ?? id);
    if (twin !== undefined) near.duplicates.set(id, twin);
    if (twin === undefined && neighbours.length < CROWD) index.add(id);
    if (twin === undefined && neighbours.length + others.length < CROWD) answered.add(id);
  }
  return near;
}

/** Finds the pair that is kept instead of this one; records every contradiction on the way. */
function findKeptDuplicate(
  near: Near,
  readings: readonly Reading[],
  id: number,
  neighbours: readonly number[],
  others: readonly number[],
): number | undefined {
  const clashes: Clash[] = [];
  const twins = [...neighbours, ...others].filter((other, place) => {
    const [a, b] = [readings[id], readings[other]];
    if (!a || !b) return false;
    const { verdict, differs } = place < neighbours.length ? compareReadings(a, b) : compareAnswers(a, b);
    if (verdict === 'conflict')
      clashes.push({ a: other, b: id, differs, superseded: olderState(a, b, id, other) });
    return verdict === 'same' && place < neighbours.length;
  });
  for (const clash of clashes) recordClash(near, clash);
  // Record all, but report one: otherwise the number of reports would grow with the square of the pairs.
  near.clashes.push(...clashes.slice(0, 1));
  return twins[0];
}

function recordClash({ contradictions, superseded: past }: Near, { a, b, superseded }: Clash): void {
  if (superseded === null) markContradiction(contradictions, a, b);
  else if (!past.has(superseded)) past.set(superseded, superseded === a ? b : a);
}

function markContradiction(contradictions: Map<number, number>, id: number, other: number): void {
  if (!contradictions.has(id)) contradictions.set(id, other);
  if (!contradictions.has(other)) contradictions.set(other, id);
}

/** The project's state changes: if two pairs of taxonomy `state` have different times, the older one is outdated. */
function olderState(a: Reading, b: Reading, idA: number, idB: number): number | null {
  const isState = a.pair.metadata.taxonomy === 'state' && b.pair.metadata.taxonomy === 'state';
  const age = timeOf(a.pair) - timeOf(b.pair);
  if (!isState || age === 0) return null;
  return age < 0 ? idA : idB;
}

/** Also rejects near duplicates of a contradicted pair. */
function spreadContradictions({ duplicates, contradictions }: Near): void {
  for (const [id, kept] of duplicates) {
    const other = contradictions.get(id) ?? contradictions.get(kept);
    if (other === undefined) continue;
    contradictions.set(id, other);
    if (!contradictions.has(kept)) contradictions.set(kept, other);
  }
}

function countPhrasings(
  readings: readonly Reading[],
  answers: readonly Features[],
  isLeft: (id: number) => boolean,
): Map<number, number> {
  const index = new NearIndex(answers, NEAR);
  const counts = new Map<number, number>();
  const extra = new Map<number, number>();
  for (const [id, reading] of readings.entries()) {
    if (!isLeft(id)) continue;
    const near = index.near(id);
    const fact = near.find((other) => isSameFact(reading, readings[other]));
    if (fact === undefined && near.length < CROWD) index.add(id);
    const count = (counts.get(fact ?? id) ?? 0) + 1;
    counts.set(fact ?? id, count);
    if (fact !== undefined && count > MAX_PHRASINGS) extra.set(id, fact);
  }
  return extra;
}

function isSameFact(reading: Reading, other: Reading | undefined): boolean {
  return other !== undefined && compareClaims(reading.answer, other.answer).verdict === 'same';
}

function toIndices(found: Resemblance, order: readonly number[]): Resemblance {
  const at = (id: number) => order[id] ?? id;
  const map = (ids: ReadonlyMap<number, number>) => new Map([...ids].map(([a, b]) => [at(a), at(b)]));
  return {
    duplicates: map(found.duplicates),
    contradictions: map(found.contradictions),
    superseded: map(found.superseded),
    phrasings: map(found.phrasings),
    clashes: found.clashes.map(({ a, b, differs, superseded }) => {
      return { a: at(a), b: at(b), differs, superseded: superseded === null ? null : at(superseded) };
    }),
  };
}
