import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { cacheFolderOfUser } from '../../system/user-home.io.ts';
import type { Indexed } from './rank.ts';

/** Raise it whenever the tokenizer changes. */
const VERSION = 1;

/** More than the cache of a tree's memory has, in bytes. */
const MAX_CACHE_BYTES = 256 * 1024 * 1024;

/** The records of one file with their terms, and what identifies its state. */
export interface CachedFile {
  stamp: string;
  records: readonly Indexed[];
}

/** By the path of the file, relative to the memory folder. */
export type TermCache = Map<string, CachedFile>;

/** The file that holds the terms of a tree's memory: in the user's cache, where no agent of a build may write. */
export function termCachePath(root: string): string {
  const name = createHash('sha256').update(realPathOf(root)).digest('hex').slice(0, 32);
  return join(cacheFolderOfUser(), 'memory', `${name}.json`);
}

function realPathOf(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}

/** Reads the cache of a tree; empty if it is missing, damaged or of another version, since it can be made again. */
export function readTermCache(root: string): TermCache {
  try {
    const { version, files } = JSON.parse(readBoundedText(termCachePath(root), MAX_CACHE_BYTES)) as {
      version: unknown;
      files: [string, CachedFile][];
    };
    return version === VERSION ? new Map(files) : new Map();
  } catch {
    return new Map();
  }
}

/** Writes the cache of a tree. A failure is ignored: the next call reads the records themselves. */
export function writeTermCache(root: string, cache: TermCache): void {
  const path = termCachePath(root);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ version: VERSION, root: realPathOf(root), files: [...cache] });
    writeAtomic(path, text, { mode: 0o600, durable: false });
  } catch {
    // The cache saves time only.
  }
}

/** Removes the cache of a tree. */
export function removeTermCache(root: string): void {
  rmSync(termCachePath(root), { force: true });
}
