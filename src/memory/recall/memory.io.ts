import { existsSync, lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import {
  createFolderWithoutLinks,
  readRegularFile,
  resolveWithoutLinks,
} from '../../system/files/unlinked.ts';
import { accept, type Diagnostic, type Result, warn } from '../../system/result.ts';
import { ARCHIVE, FORGOTTEN, MEMORY, SESSIONS, tombstonePath } from './layout.ts';
import { type Indexed, termsOf } from './rank.ts';
import { documentSchema, ID_PATTERN, type MemoryRecord, type Tombstone } from './record.schema.ts';
import { formatDocument } from './record.ts';
import type { MemorySnapshot } from './select-recalls.ts';
import { type CachedFile, readTermCache, type TermCache, writeTermCache } from './term-cache.io.ts';

const LIMIT_BYTES = 1024 * 1024;

/** The memory of a tree, with the file of each record. */
export interface ReadMemory extends MemorySnapshot {
  /** The records of each file, by its path relative to the memory folder. */
  files: ReadonlyMap<string, readonly Indexed[]>;
}

/**
 * Reads `{root}/.orchestration/memory`. Terms of unchanged files come from the user's cache, which is written again if a file has changed.
 * A damaged file is left out with a warning. Links are refused.
 */
export function readMemory(root: string): Result<ReadMemory> {
  const folder = resolveWithoutLinks(root, MEMORY);
  if (!folder.ok) return folder;
  const known = readTermCache(root);
  const current: TermCache = new Map();
  const diagnostics: Diagnostic[] = [];
  for (const path of listRecordFiles(folder.value)) {
    const full = join(folder.value, path);
    const stat = lstatSync(full, { throwIfNoEntry: false });
    if (!stat?.isFile()) continue;
    const stamp = stampOf(stat);
    const cached = known.get(path);
    const read = cached?.stamp === stamp ? accept(cached) : readFile(full, stamp);
    if (read.ok) current.set(path, read.value);
    else diagnostics.push(damagedFile(path));
  }
  const isChanged =
    current.size !== known.size || [...current].some(([path, file]) => known.get(path) !== file);
  if (isChanged) writeTermCache(root, current);
  const files = new Map([...current].map(([path, { records }]) => [path, records]));
  return accept(
    { files, records: [...files.values()].flat(), forgotten: listForgotten(folder.value) },
    diagnostics,
  );
}

const stampOf = ({ mtimeMs, ctimeMs, size, ino }: Stats) => `${mtimeMs}-${ctimeMs}-${size}-${ino}`;

function readFile(path: string, stamp: string): Result<CachedFile> {
  const bytes = readRegularFile(path, LIMIT_BYTES);
  if (!bytes.ok) return bytes;
  const parsed = parseDocument(bytes.value?.toString('utf8') ?? '');
  if (!parsed) return { ok: false, cause: 'input', diagnostics: [] };
  return accept({ stamp, records: parsed.map((record) => ({ record, terms: termsOf(record) })) });
}

function parseDocument(text: string): MemoryRecord[] | undefined {
  try {
    const parsed = documentSchema.safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data.records as MemoryRecord[]) : undefined;
  } catch {
    return undefined;
  }
}

function damagedFile(path: string): Diagnostic {
  const target = [...MEMORY, path].join('/');
  return warn('memory-damaged', `${target} is not a file of memory records, so it is left out`, {
    target,
    fix: `restore it: git checkout -- ${target}`,
  });
}

/** The files with records, relative to the memory folder, in a fixed order. */
function listRecordFiles(folder: string): string[] {
  const roles = namesIn(join(folder, SESSIONS), 'isDirectory').map((role) => `${SESSIONS}/${role}`);
  return [...roles, ARCHIVE].flatMap((place) =>
    namesIn(join(folder, place), 'isFile')
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .map((name) => `${place}/${name}`),
  );
}

function listForgotten(folder: string): Set<string> {
  return new Set(namesIn(join(folder, FORGOTTEN), 'isFile').filter((name) => ID_PATTERN.test(name)));
}

function namesIn(folder: string, kind: 'isFile' | 'isDirectory'): string[] {
  try {
    if (lstatSync(folder).isSymbolicLink()) return [];
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry[kind]() ? [entry.name] : [])).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw describeFileError(error, folder, 'list the memory');
  }
}

/** Writes texts below the memory folder, by their paths relative to it. An existing file is replaced only with `replace`. */
export function writeMemoryFiles(
  root: string,
  texts: ReadonlyMap<string, string>,
  { replace = false }: { replace?: boolean } = {},
): Result<string[]> {
  const written: string[] = [];
  for (const [path, text] of texts) {
    const parts = [...MEMORY, ...path.split('/')];
    const folder = createFolderWithoutLinks(root, parts.slice(0, -1));
    if (!folder.ok) return folder;
    const full = join(folder.value, parts.at(-1) ?? '');
    if (!replace && existsSync(full)) continue;
    writeAtomic(full, text);
    written.push(path);
  }
  return accept(written);
}

/** Replaces an earlier tombstone of the same record. Returns the paths that were written, relative to the memory. */
export function writeTombstone(
  root: string,
  id: string,
  tombstone: Omit<Tombstone, 'version'>,
): Result<string[]> {
  const text = `${JSON.stringify({ version: 1, ...tombstone }, null, 2)}\n`;
  return writeMemoryFiles(root, new Map([[tombstonePath(id), text]]), { replace: true });
}

/** Replaces the records of files; a file without records is removed. */
export function replaceRecords(
  root: string,
  files: ReadonlyMap<string, readonly MemoryRecord[]>,
): Result<void> {
  const folder = resolveWithoutLinks(root, MEMORY);
  if (!folder.ok) return folder;
  for (const [path, records] of files) {
    const full = resolveWithoutLinks(folder.value, path.split('/'));
    if (!full.ok) return full;
    if (records.length === 0) rmSync(full.value, { force: true });
    else if (existsSync(dirname(full.value))) writeAtomic(full.value, formatDocument(records));
  }
  return accept(undefined);
}
