import type { PairMetadata, Taxonomy } from './pair.schema.ts';

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;

interface Lifetime {
  kind: 'state' | 'interfaces' | 'architecture';
  days: number;
  holds(metadata: Pick<PairMetadata, 'taxonomy' | 'source_refs'>): boolean;
}

const FROM_INTERFACES: readonly Taxonomy[] = ['factual_recall', 'cross_module', 'conformance'];
const STATE_SOURCE = /(?:^|\/)(?:brains|sessions|qc)\//;
const INTERFACE_SOURCE = /(?:^|\/)interfaces\/|\.interface\.md|shared-types\.md/;

/** Lifetime of a pair after its source_timestamp; the first row that applies counts. */
const LIFETIMES: readonly Lifetime[] = [
  {
    kind: 'state',
    days: 14,
    holds: ({ taxonomy, source_refs }) => taxonomy === 'state' || source_refs.every(isState),
  },
  {
    kind: 'interfaces',
    days: 60,
    holds: ({ taxonomy, source_refs }) =>
      FROM_INTERFACES.includes(taxonomy) && source_refs.some((ref) => INTERFACE_SOURCE.test(ref)),
  },
  { kind: 'architecture', days: 90, holds: () => true },
];

function isState(ref: string): boolean {
  return STATE_SOURCE.test(ref);
}

/** The row of the lifetime table that applies to a pair. */
export function lifetimeOf(metadata: Pick<PairMetadata, 'taxonomy' | 'source_refs'>): {
  kind: Lifetime['kind'];
  days: number;
} {
  const row = LIFETIMES.find(({ holds }) => holds(metadata));
  return { kind: row?.kind ?? 'architecture', days: row?.days ?? 90 };
}

/** The time at which a pair expires, in milliseconds: its own `expires_at`, but at most the end of its lifetime. */
export function expiryOf(metadata: PairMetadata): number {
  const latest = Date.parse(metadata.source_timestamp) + lifetimeOf(metadata).days * DAY_MS;
  return metadata.expires_at ? Math.min(latest, Date.parse(metadata.expires_at)) : latest;
}

/** Returns whether a pair's source_timestamp is more than a day in the future; such a pair would outlive its lifetime. */
export function isFromFuture(metadata: PairMetadata, now: number): boolean {
  return Date.parse(metadata.source_timestamp) > now + DAY_MS;
}

/** Returns whether a source_timestamp is at a time (milliseconds) or later. A timestamp given as a day or a second covers all of it. */
export function isSince(
  { source_timestamp: text }: Pick<PairMetadata, 'source_timestamp'>,
  time: number,
): boolean {
  return Date.parse(text) + (text.includes('T') ? SECOND_MS : DAY_MS) > time;
}
