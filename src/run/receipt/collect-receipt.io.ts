import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import { readUserKey } from '../../system/files/user-key.io.ts';
import { readPackageVersion } from '../../system/package-root.ts';
import { sealOf } from '../../system/seal.ts';
import { parseEntry, SEALED } from '../ledger/events.ts';
import type { LedgerEntry } from '../ledger/run-event.ts';
import { isSealedDocument, openProver, readLedgerText } from '../ledger/store.io.ts';
import { buildReceipt, type Receipt, type ReceiptDocument } from './receipt.ts';

const FILES = [
  'run.json',
  'plan.json',
  'report.md',
  'report.json',
  'report.sarif',
  'report.html',
  'blueprint.json',
];
const FOLDERS = ['prompts', 'workers', 'builds', 'findings', 'synthesis', 'attempts', 'qc', 'conflicts'];
const CHUNK_BYTES = 1024 * 1024;
/** Maximum size of a document that is hashed, in bytes: no output that counts has as much. */
const MAX_HASHED_BYTES = 256 * 1024 * 1024;

/** Makes the receipt of a run from its directory. Throws an ExpectedError if the ledger cannot be read. */
export function collectReceipt(dir: string, now: Date): Receipt {
  const run = basename(dir);
  const lines = readLedgerText(dir)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const prove = openProver(dir);
  return buildReceipt({
    run,
    created: now.toISOString(),
    versions: { sao: readPackageVersion(), node: process.versions.node },
    documents: listDocuments(dir),
    unproved: lines.flatMap((line, index) => (isUnproved(prove, line) ? [index + 1] : [])),
    sealKey: sealKeyId(),
    lines,
  });
}

/**
 * Whether a line is an approval that the replay of the run does not count. One that is only weaker than the user demands now is proved all the same; the
 * receipt shows its level.
 */
function isUnproved(prove: ReturnType<typeof openProver>, line: string): boolean {
  const entry = parseEntry(line);
  const [proved] = entry === undefined ? [] : prove([entry]);
  return (
    proved?.type === 'unproved' &&
    SEALED.has(proved.event as LedgerEntry['type']) &&
    proved.fault !== 'below-policy'
  );
}

/** Whether the user's key has sealed this line of the ledger for this run. */
export function isSealedLine(run: string, line: string): boolean {
  const entry = parseEntry(line);
  if (entry === undefined) return false;
  const { seal, ...sealed } = entry as typeof entry & { seal?: unknown };
  return isSealedDocument(run, sealed, seal);
}

/** Identifies the user's key without giving away anything of it; null if there is none. */
export function sealKeyId(): string | null {
  const key = readUserKey();
  return key === undefined ? null : sealOf(key, 'sao key id').slice(0, 16);
}

function listDocuments(dir: string): ReceiptDocument[] {
  const paths = [...FILES, ...FOLDERS.flatMap((folder) => listFolder(dir, folder))];
  return paths.flatMap((path) => readReceiptDocument(dir, path) ?? []);
}

function listFolder(dir: string, folder: string): string[] {
  try {
    return readdirSync(join(dir, folder))
      .sort()
      .map((name) => `${folder}/${name}`);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw describeFileError(error, join(dir, folder), 'list the files');
  }
}

const buffer = Buffer.allocUnsafe(CHUNK_BYTES);

/** Hashes a regular file piece by piece; a file that is too large for this has no hash. Undefined if there is none. */
export function readReceiptDocument(dir: string, path: string): ReceiptDocument | undefined {
  const full = join(dir, path);
  let fd: number;
  try {
    fd = openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw describeFileError(error, full, 'read the file');
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    if (stat.size > MAX_HASHED_BYTES) return { path, bytes: stat.size, sha256: null };
    const hash = createHash('sha256');
    let bytes = 0;
    // Of a file that grows meanwhile, what was there at first.
    for (let count = -1; count !== 0; bytes += count) {
      count = readSync(fd, buffer, 0, Math.min(CHUNK_BYTES, stat.size - bytes), bytes);
      hash.update(buffer.subarray(0, count));
    }
    return { path, bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(fd);
  }
}
