import type { Judged } from './judge-pairs.ts';
import { MIN_QUALITY } from './judge-pairs.ts';
import { REASONS, type ReasonCode, type RejectedPair } from './reasons.ts';

/** The number of rejections for one reason, with some examples. */
export interface ReasonCount {
  code: ReasonCode;
  /** The reason as the end of a sentence: "the pair …". */
  what: string;
  count: number;
  examples: { file: string; line: number; pairId: string | null; detail: string }[];
}

export interface BootstrapVerdict {
  ok: boolean;
  /** Valid pairs of enough quality. */
  counted: number;
  needed: number;
  rejected: number;
  /** The most frequent reason first. A line with several reasons counts for each. */
  reasons: ReasonCount[];
}

export const MIN_PAIRS = 200;
const EXAMPLES = 3;

/** Decides the gate of the bootstrap stage: whether there are enough valid pairs, and why the others were rejected. Pure. */
export function judgeBootstrap(
  { valid, rejected }: Pick<Judged, 'valid' | 'rejected'>,
  { minPairs = MIN_PAIRS, minQuality = MIN_QUALITY }: { minPairs?: number; minQuality?: number } = {},
): BootstrapVerdict {
  const counted = valid.filter(({ metadata }) => metadata.quality_score >= minQuality).length;
  return {
    ok: counted >= minPairs,
    counted,
    needed: minPairs,
    rejected: rejected.length,
    reasons: countReasons(rejected),
  };
}

/** Reasons by how often they are given. */
export function countReasons(rejected: readonly RejectedPair[]): ReasonCount[] {
  const counts = new Map<ReasonCode, ReasonCount>();
  for (const { file, line, pairId, reasons } of rejected) {
    for (const { code, detail } of reasons) {
      const entry = counts.get(code) ?? { code, what: REASONS[code], count: 0, examples: [] };
      entry.count += 1;
      if (entry.examples.length < EXAMPLES) entry.examples.push({ file, line, pairId, detail });
      counts.set(code, entry);
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}
