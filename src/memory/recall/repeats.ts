import { tokenize } from './tokenize.ts';

/** From this cosine on, a text says the same as another one. */
const SAME = 0.92;

/** Returns whether a text repeats one of these texts: an agent must not learn again what it was given. */
export function repeatsAny(text: string, others: readonly string[]): boolean {
  const own = countTerms(text);
  return others.some((other) => cosineOf(own, countTerms(other)) >= SAME);
}

function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of tokenize(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function cosineOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [term, count] of a) product += count * (b.get(term) ?? 0);
  const norm = Math.sqrt(squares(a) * squares(b));
  return norm === 0 ? 0 : product / norm;
}

function squares(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count * count, 0);
}
