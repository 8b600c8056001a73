import type { MemorySnapshot } from './select-recalls.ts';

/** The number of records: all, and by layer, role, kind and basis, as `kind decision`. */
export type MemoryCounts = Record<string, number>;

/** Includes expired, quarantined and forgotten records; `forgotten` counts the tombstones. */
export function countRecords({ records, forgotten }: MemorySnapshot): MemoryCounts {
  const counts: MemoryCounts = { records: records.length, forgotten: forgotten.size };
  for (const { record } of records)
    for (const name of ['layer', 'role', 'kind', 'basis'] as const) {
      const key = `${name} ${record[name]}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  return counts;
}
