import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { contractHashOf } from '../../contract/read.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';

/** Files younger than this are not cached: a second change within the same second would not change the time stamp. */
const MIN_FILE_AGE_MS = 3_000;

/** `contract-seen.json`: the contract's hash, and sizes and times of its files when it was computed. */
interface HashCache {
  version: 1;
  hash: string;
  stamp: string;
}

/**
 * Hash of the contract in a worktree, from the run's cache if no file has changed since. Loading crypto and reading all pages takes
 * longer than the rest of `sao next`. The engine's own checks never use the cache.
 */
export function cachedContractHash(dir: string, root: string, now: Date): string | undefined {
  const stamp = readFolderStamp(root);
  const cachePath = join(dir, 'contract-seen.json');
  const cached = readHashCache(cachePath);
  if (stamp !== undefined && cached?.stamp === stamp.text) return cached.hash;
  const hash = contractHashOf(root);
  if (hash === undefined || stamp === undefined || now.getTime() - stamp.latestChangeMs < MIN_FILE_AGE_MS)
    return hash;
  // If a file changed while it was read, the hash does not belong to this stamp.
  if (readFolderStamp(root)?.text !== stamp.text) return hash;
  const newCache: HashCache = { version: 1, hash, stamp: stamp.text };
  writeAtomic(cachePath, `${JSON.stringify(newCache)}\n`, { durable: false });
  return hash;
}

function readHashCache(path: string): HashCache | undefined {
  try {
    const cached = JSON.parse(readBoundedText(path)) as Partial<HashCache> | null;
    return cached?.version === 1 && typeof cached.hash === 'string' ? (cached as HashCache) : undefined;
  } catch {
    return undefined;
  }
}

interface FolderStamp {
  text: string;
  /** Milliseconds since the epoch of the last change to any of the files. */
  latestChangeMs: number;
}

/** Undefined if an entry is not a regular file or folder; the full reader reports the cause. */
function readFolderStamp(root: string): FolderStamp | undefined {
  const lines: string[] = [];
  let latestChange = 0;
  const collectFiles = (path: string): boolean =>
    readdirSync(path, { withFileTypes: true }).every((entry) => {
      const filePath = `${path}/${entry.name}`;
      if (entry.isDirectory()) return collectFiles(filePath);
      const { ino, size, mtimeMs, ctimeMs } = lstatSync(filePath);
      lines.push(`${filePath} ${ino} ${size} ${mtimeMs} ${ctimeMs}`);
      latestChange = Math.max(latestChange, mtimeMs, ctimeMs);
      return entry.isFile();
    });
  try {
    const isPlain = ['.orchestration', CONTRACTS].every((name) => lstatSync(join(root, name)).isDirectory());
    return isPlain && collectFiles(join(root, CONTRACTS))
      ? { text: lines.sort().join('\n'), latestChangeMs: latestChange }
      : undefined;
  } catch {
    return undefined;
  }
}
