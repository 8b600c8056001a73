import { readWords } from './words.ts';

/** Words and bigrams of a text as a vector of length 1; positions are ranks, the rarest feature first. */
export interface Features {
  ranks: Int32Array;
  weights: Float64Array;
  /** Features from which on the rest alone can no longer reach the threshold. */
  prefix: number;
}

/** Vectors of texts that can be compared with one another at this threshold. */
export function vectorise(texts: readonly string[], threshold: number): Features[] {
  const bags = texts.map(countFeatures);
  const spread = new Map<string, number>();
  for (const bag of bags)
    for (const feature of bag.keys()) spread.set(feature, (spread.get(feature) ?? 0) + 1);
  const ranks = new Map([...spread].sort(byRarity).map(([feature], rank) => [feature, rank]));
  return bags.map((bag) => toFeatures(bag, ranks, threshold));
}

/** Cosine of two vectors, 0 to 1. */
export function cosine(a: Features, b: Features): number {
  let sum = 0;
  let i = 0;
  let j = 0;
  while (i < a.ranks.length && j < b.ranks.length) {
    const x = a.ranks[i] ?? 0;
    const y = b.ranks[j] ?? 0;
    if (x === y) sum += (a.weights[i++] ?? 0) * (b.weights[j++] ?? 0);
    else if (x < y) i += 1;
    else j += 1;
  }
  return sum;
}

/**
 * Finds what is near, without comparing everything with everything: two vectors at the threshold share one of the rare features
 * that each of them starts with.
 */
export class NearIndex {
  private readonly holders = new Map<number, number[]>();
  private readonly vectors: readonly Features[];
  private readonly threshold: number;

  constructor(vectors: readonly Features[], threshold: number) {
    this.vectors = vectors;
    this.threshold = threshold;
  }

  add(id: number): void {
    const vector = this.vectors[id];
    if (!vector) return;
    for (const rank of vector.ranks.subarray(0, vector.prefix)) {
      const holders = this.holders.get(rank);
      if (holders) holders.push(id);
      else this.holders.set(rank, [id]);
    }
  }

  /** The ids that were added and are at least as near as the threshold, in ascending order. */
  near(id: number): number[] {
    const vector = this.vectors[id];
    if (!vector) return [];
    const candidates = new Set<number>();
    for (const rank of vector.ranks.subarray(0, vector.prefix))
      for (const holder of this.holders.get(rank) ?? []) candidates.add(holder);
    const found = [...candidates].filter((other) => this.isNear(vector, other));
    return found.sort((a, b) => a - b);
  }

  private isNear(vector: Features, other: number): boolean {
    const candidate = this.vectors[other];
    // Floating point must not keep two equal texts apart.
    return candidate !== undefined && cosine(vector, candidate) >= this.threshold - 1e-9;
  }
}

function countFeatures(text: string): Map<string, number> {
  const keys = readWords(text).map(({ key }) => key);
  const counts = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    add(counts, key);
    if (index > 0) add(counts, `${keys[index - 1]} ${key}`);
  }
  return counts;
}

function add(counts: Map<string, number>, feature: string): void {
  counts.set(feature, (counts.get(feature) ?? 0) + 1);
}

function byRarity([a, countA]: [string, number], [b, countB]: [string, number]): number {
  return countA - countB || (a < b ? -1 : 1);
}

function toFeatures(
  bag: ReadonlyMap<string, number>,
  ranks: ReadonlyMap<string, number>,
  threshold: number,
): Features {
  const entries = [...bag]
    .map(([feature, count]) => ({ rank: ranks.get(feature) ?? 0, count }))
    .sort((a, b) => a.rank - b.rank);
  const norm = Math.sqrt(entries.reduce((sum, { count }) => sum + count * count, 0)) || 1;
  const weights = Float64Array.from(entries, ({ count }) => count / norm);
  return {
    ranks: Int32Array.from(entries, ({ rank }) => rank),
    weights,
    prefix: prefixOf(weights, threshold),
  };
}

function prefixOf(weights: Float64Array, threshold: number): number {
  let rest = 0;
  for (let at = weights.length - 1; at >= 0; at -= 1) {
    rest += (weights[at] ?? 0) ** 2;
    if (rest >= threshold * threshold - 1e-9) return at + 1;
  }
  return weights.length;
}
