import { type Indexed, termsOf } from '../../../../src/memory/recall/rank.ts';
import type { MemoryRecord } from '../../../../src/memory/recall/record.schema.ts';

/** A record with these values; its id is `letter` 24 times. */
export function recordOf(letter: string, more: Partial<MemoryRecord> = {}): MemoryRecord {
  return {
    ...{
      version: 1,
      id: letter.repeat(24),
      space: 'project-shop/builder',
      layer: 'session',
      role: 'builder',
    },
    ...{ kind: 'decision', title: `Title ${letter}`, text: `Text ${letter}`, asked: [], refs: [] },
    ...{ run: '20260101-000000-00000001', agent: 'build-auth', at: '2026-01-01T00:00:00.000Z' },
    ...{ basis: 'shipped', expires: '2027-01-01T00:00:00.000Z', recalled: [] },
    ...more,
  } as MemoryRecord;
}

export function indexed(...records: MemoryRecord[]): Indexed[] {
  return records.map((record) => ({ record, terms: termsOf(record) }));
}
