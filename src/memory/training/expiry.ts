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

/** How long a pair stays true after its source was read: the first row that holds. */
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

/** What a pair is about as far as its lifetime goes. */
export function lifetimeOf(metadata: Pick<PairMetadata, 'taxonomy' | 'source_refs'>): {
  kind: Lifetime['kind'];
  days: number;
} {
  const row = LIFETIMES.find(({ holds }) => holds(metadata));
  return { kind: row?.kind ?? 'architecture', days: row?.days ?? 90 };
}

/** When a pair expires, in milliseconds: what it says itself, but never later than its kind allows. */
export function expiryOf(metadata: PairMetadata): number {
  const latest = Date.parse(metadata.source_timestamp) + lifetimeOf(metadata).days * DAY_MS;
  return metadata.expires_at ? Math.min(latest, Date.parse(metadata.expires_at)) : latest;
}

/** Whether a pair's source lies in the future, by more than clocks differ: it would never expire. */
export function isFromFuture(metadata: PairMetadata, now: number): boolean {
  return Date.parse(metadata.source_timestamp) > now + DAY_MS;
}

/** Whether a source was read at that time, in milliseconds, or later. A time given as a day or a second covers that whole day or second. */
export function isSince(
  { source_timestamp: text }: Pick<PairMetadata, 'source_timestamp'>,
  time: number,
): boolean {
  return Date.parse(text) + (text.includes('T') ? SECOND_MS : DAY_MS) > time;
}
