import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { contractHashOf } from '../../contract/contract-hash.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';

/** A file that was changed so short a time ago can change again without a sign of it, where times are kept in seconds. */
const FRESH_MS = 3_000;

/** `contract-seen.json`: what the files of the contract looked like when they were hashed. */
interface Seen {
  version: 1;
  hash: string;
  stamp: string;
}

/**
 * Hash of the contract in a tree, from the run's note of it where no file has been touched since: to load crypto and read all pages
 * takes longer than the rest of `sao next`. The engine itself goes by the pages, always.
 */
export function seenContractHash(dir: string, root: string, now: Date): string | undefined {
  const stamp = stampOf(root);
  const path = join(dir, 'contract-seen.json');
  const seen = readSeen(path);
  if (stamp !== undefined && seen?.stamp === stamp.text) return seen.hash;
  const hash = contractHashOf(root);
  if (hash === undefined || stamp === undefined || now.getTime() - stamp.latest < FRESH_MS) return hash;
  // Changed while it was read, it would be noted with the hash of something else.
  if (stampOf(root)?.text !== stamp.text) return hash;
  const note: Seen = { version: 1, hash, stamp: stamp.text };
  writeAtomic(path, `${JSON.stringify(note)}\n`, { durable: false });
  return hash;
}

function readSeen(path: string): Seen | undefined {
  try {
    const seen = JSON.parse(readFileSync(path, 'utf8')) as Partial<Seen> | null;
    return seen?.version === 1 && typeof seen.hash === 'string' ? (seen as Seen) : undefined;
  } catch {
    return undefined;
  }
}

interface Stamp {
  text: string;
  /** Milliseconds since the epoch of the last change to any of the files. */
  latest: number;
}

/** Undefined where something is no plain file or folder: only who reads it can say what that means. */
function stampOf(root: string): Stamp | undefined {
  const lines: string[] = [];
  let latest = 0;
  const walk = (path: string): boolean =>
    readdirSync(path, { withFileTypes: true }).every((entry) => {
      const full = `${path}/${entry.name}`;
      if (entry.isDirectory()) return walk(full);
      const { ino, size, mtimeMs, ctimeMs } = lstatSync(full);
      lines.push(`${full} ${ino} ${size} ${mtimeMs} ${ctimeMs}`);
      latest = Math.max(latest, mtimeMs, ctimeMs);
      return entry.isFile();
    });
  try {
    const isPlain = ['.orchestration', CONTRACTS].every((name) => lstatSync(join(root, name)).isDirectory());
    return isPlain && walk(join(root, CONTRACTS)) ? { text: lines.sort().join('\n'), latest } : undefined;
  } catch {
    return undefined;
  }
}
