import { archivePath } from './layout.ts';
import type { Indexed } from './rank.ts';
import type { MemoryRecord } from './record.schema.ts';
import { archivedRecord, formatDocument } from './record.ts';

/** What the move of records to the archive changes, by paths relative to the memory folder. */
export interface ArchivePlan {
  /** New files with one record each. */
  created: Map<string, string>;
  /** The records that stay in each session file; a file without records is removed. */
  remaining: Map<string, MemoryRecord[]>;
}

/** Plans the move of records to the archive. `run` is the run that moves them; numbers that its files have already are not used again. */
export function planArchive(
  files: ReadonlyMap<string, readonly Indexed[]>,
  ids: ReadonlySet<string>,
  run: string,
): ArchivePlan {
  const plan: ArchivePlan = { created: new Map(), remaining: new Map() };
  const archived = new Set(
    [...files.values()].flat().flatMap(({ record }) => (record.layer === 'archive' ? [record.id] : [])),
  );
  let number = 1;
  for (const [path, indexed] of files) {
    const records = indexed.map(({ record }) => record);
    const moved = records.filter(({ id, layer }) => layer === 'session' && ids.has(id));
    if (moved.length === 0) continue;
    // After a crash a record may be in the archive already.
    for (const record of moved.filter(({ id }) => !archived.has(id))) {
      while (files.has(archivePath(run, number))) number += 1;
      plan.created.set(archivePath(run, number), formatDocument([archivedRecord(record)]));
      number += 1;
    }
    plan.remaining.set(
      path,
      records.filter((record) => !moved.includes(record)),
    );
  }
  return plan;
}
