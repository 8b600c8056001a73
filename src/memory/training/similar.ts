/** Words and bigrams of a text as a vector of length 1; positions are ranks, the rarest feature first. */
export interface Features {
  ranks: Int32Array;
  weights: Float64Array;
  /** Number of leading features after which the remaining features alone cannot reach the threshold. */
  prefix: number;
}

/** Builds the vectors of texts, given as words, for comparison at this threshold. */
export function vectorise(texts: readonly (readonly string[])[], threshold: number): Features[] {
  const words = new Numbers<string>();
  const features = new Numbers<number>();
  const bags = texts.map((keys) =>
    countFeatures(
      keys.map((key) => words.of(key)),
      features,
    ),
  );
  const spread = new Int32Array(features.size);
  for (const { ids } of bags) for (const id of ids) spread[id] = (spread[id] ?? 0) + 1;
  const order = Array.from(spread.keys()).sort((a, b) => (spread[a] ?? 0) - (spread[b] ?? 0));
  const ranks = new Int32Array(features.size);
  for (const [rank, id] of order.entries()) ranks[id] = rank;
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
 * Finds near vectors without comparing all pairs: two vectors that reach the threshold share at least one of their rare leading
 * features.
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

  /** Returns the added ids whose similarity reaches the threshold, in ascending order. */
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
    // Allow for rounding errors, so that equal texts reach the threshold.
    return candidate !== undefined && cosine(vector, candidate) >= this.threshold - 1e-9;
  }
}

/** Assigns numbers from 0 on, in the order of first use. */
class Numbers<T> {
  private readonly known = new Map<T, number>();

  get size(): number {
    return this.known.size;
  }

  of(key: T): number {
    const number = this.known.get(key);
    if (number !== undefined) return number;
    this.known.set(key, this.known.size);
    return this.known.size - 1;
  }
}

/** The features of one text with the count of each. */
interface Bag {
  ids: Int32Array;
  counts: number[];
}

/** Exceeds the number of distinct words, so that two word numbers combine to one bigram number. */
const BASE = 2 ** 26;

function countFeatures(words: readonly number[], features: Numbers<number>): Bag {
  const all = new Float64Array(Math.max(0, 2 * words.length - 1));
  for (const [index, word] of words.entries()) {
    all[2 * index] = word;
    if (index > 0) all[2 * index - 1] = ((words[index - 1] ?? 0) + 1) * BASE + word;
  }
  all.sort();
  const ids: number[] = [];
  const counts: number[] = [];
  for (const [index, feature] of all.entries()) {
    if (index > 0 && all[index - 1] === feature) counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    else {
      ids.push(features.of(feature));
      counts.push(1);
    }
  }
  return { ids: Int32Array.from(ids), counts };
}

function toFeatures({ ids, counts }: Bag, ranks: Int32Array, threshold: number): Features {
  const countOf = new Map<number, number>();
  for (const [index, id] of ids.entries()) countOf.set(ranks[id] ?? 0, counts[index] ?? 0);
  const sorted = ids.map((id) => ranks[id] ?? 0).sort();
  const norm = Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0)) || 1;
  const weights = Float64Array.from(sorted, (rank) => (countOf.get(rank) ?? 0) / norm);
  return { ranks: sorted, weights, prefix: prefixOf(weights, threshold) };
}

function prefixOf(weights: Float64Array, threshold: number): number {
  let rest = 0;
  for (let at = weights.length - 1; at >= 0; at -= 1) {
    rest += (weights[at] ?? 0) ** 2;
    if (rest >= threshold * threshold - 1e-9) return at + 1;
  }
  return weights.length;
}
