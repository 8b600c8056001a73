import { type Pair, TAXONOMY, type Taxonomy } from './pair.schema.ts';

/** The target range of each taxonomy's share of all pairs, 0 to 1. */
const TARGETS: Readonly<Record<Taxonomy, readonly [number, number]>> = {
  factual_recall: [0.25, 0.3],
  architectural_reasoning: [0.15, 0.2],
  cross_module: [0.15, 0.2],
  conformance: [0.1, 0.15],
  state: [0.1, 0.15],
  counterfactual: [0.05, 0.1],
  procedural: [0.05, 0.1],
};

export interface Share {
  taxonomy: Taxonomy;
  count: number;
  /** 0 to 1. */
  share: number;
  target: readonly [number, number];
  standing: 'below' | 'within' | 'above';
}

/** Computes the share of each taxonomy, and compares it with its target range. */
export function sharesOf(pairs: readonly Pair[]): Share[] {
  const counts = new Map<Taxonomy, number>();
  for (const { metadata } of pairs) counts.set(metadata.taxonomy, (counts.get(metadata.taxonomy) ?? 0) + 1);
  return TAXONOMY.map((taxonomy) => {
    const count = counts.get(taxonomy) ?? 0;
    const share = pairs.length === 0 ? 0 : count / pairs.length;
    const target = TARGETS[taxonomy];
    return { taxonomy, count, share, target, standing: standingOf(share, target) };
  });
}

// The bounds belong to the range, so compare with a tolerance for floating-point error.
function standingOf(share: number, [from, to]: readonly [number, number]): Share['standing'] {
  if (share < from - 1e-9) return 'below';
  return share > to + 1e-9 ? 'above' : 'within';
}
