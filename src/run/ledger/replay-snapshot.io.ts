import { createHash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { decodeCollections, encodeCollections } from '../../system/json-collections.ts';
import { isReadableLine, parseEntry } from './events.ts';
import { openLedger } from './open-ledger.io.ts';
import { restoreOpenings, withoutOpenings } from './opening-state.ts';
import type { LedgerEntry } from './run-event.ts';
import { carryLine, scanOpenings } from './scan-openings.io.ts';
import { applyEvent, emptyState, type RunState } from './state.ts';

/** Increase it when a replay gives another state for the same events: snapshots of other formats are ignored. */
const FORMAT = 6;
/** Bytes before the offset that a snapshot is compared by. */
const TAIL_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** A snapshot is made anew once this much of the ledger follows it. */
const RENEW_BYTES = 4 * 1024 * 1024;

/** What a replay of a whole ledger gives. */
export interface Replay {
  state: RunState;
  /** Number of readable entries. */
  entries: number;
  /** 1-based numbers of lines that no version can read. */
  damaged: number[];
}

type Prover = (entries: readonly LedgerEntry[]) => LedgerEntry[];

/** How entries and snapshots are proved: both with the key of the user. */
export interface ReplayTrust {
  /** Opens a function that proves the entries of one ledger, from its first entry on. */
  openProver(): Prover;
  /** Undefined without a key: then no snapshot is written. */
  seal(text: string): string | undefined;
  isSealed(text: string, seal: unknown): boolean;
}

interface Position extends Replay {
  /** Bytes of the ledger that were replayed, up to the end of a line. */
  offset: number;
  lines: number;
}

interface SnapshotFile {
  seal: unknown;
  /** The JSON of a `SnapshotBody`; sealed as it is written. */
  body: string;
}

interface SnapshotBody {
  format: number;
  inode: number;
  offset: number;
  /** Hash of the bytes before the offset. */
  tail: string;
  lines: number;
  entries: number;
  damaged: number[];
  /** Hash of the approvals before the offset, as they were proved. */
  proved: string;
  /** Without what opens anything. */
  state: unknown;
}

/**
 * Replays a large ledger from its snapshot on, piece by piece, and writes a new snapshot if much follows the old one. A snapshot that
 * is torn, not sealed, of another file or format, or that does not end where the ledger has the same bytes is ignored.
 */
export function replayFromSnapshot(path: string, trust: ReplayTrust, renewBytes = RENEW_BYTES): Replay {
  const fd = openLedger(path);
  try {
    const { begin, prove } = readSnapshot(fd, path, trust) ?? {
      begin: emptyPosition(),
      prove: trust.openProver(),
    };
    const start = begin.offset;
    const rest = replayLines(fd, begin, prove);
    if (begin.offset - start >= renewBytes) writeSnapshot(fd, path, begin, trust);
    // A last line without its newline may still be written; it counts if it is complete.
    const last = parseEntry(rest);
    if (last) applyLines(begin, [rest], prove);
    return begin;
  } finally {
    closeSync(fd);
  }
}

function emptyPosition(): Position {
  return { state: emptyState(), entries: 0, damaged: [], offset: 0, lines: 0 };
}

export const snapshotPath = (ledger: string): string => ledger.replace(/\.jsonl$/, '.replay.json');

/** Applies all whole lines after a position, which moves. Returns the text after the last newline. */
function replayLines(fd: number, position: Position, prove: Prover): string {
  const { size } = fstatSync(fd);
  let carried = Buffer.alloc(0);
  for (let at = position.offset; at < size; ) {
    const chunk = readAt(fd, at, Math.min(CHUNK_BYTES, size - at));
    if (chunk.length === 0) break;
    at += chunk.length;
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end > 0) {
      applyLines(position, bytes.toString('utf8', 0, end - 1).split('\n'), prove);
      position.offset = at - (bytes.length - end);
    }
    carried = carryLine(bytes.subarray(end));
  }
  return carried.toString('utf8');
}

function applyLines(position: Position, lines: readonly string[], prove: Prover): void {
  const entries: LedgerEntry[] = [];
  for (const line of lines) {
    position.lines += 1;
    if (line.trim() === '') continue;
    const entry = parseEntry(line);
    if (entry) entries.push(entry);
    else if (!isReadableLine(line)) position.damaged.push(position.lines);
  }
  for (const entry of prove(entries)) applyEvent(position.state, entry);
  position.entries += entries.length;
}

function readSnapshot(
  fd: number,
  path: string,
  trust: ReplayTrust,
): { begin: Position; prove: Prover } | undefined {
  try {
    const text = readWithoutLink(snapshotPath(path));
    if (text === undefined) return undefined;
    const { seal, body } = JSON.parse(text) as SnapshotFile;
    if (typeof body !== 'string' || !trust.isSealed(body, seal)) return undefined;
    const { format, inode, offset, tail, lines, entries, damaged, proved, state } = JSON.parse(
      body,
    ) as SnapshotBody;
    const { ino, size } = fstatSync(fd);
    if (format !== FORMAT || inode !== ino || offset > size || tail !== hashTail(fd, offset))
      return undefined;
    // A program that can seal a snapshot must not open anything by it, so approvals and rejections are those of the ledger itself. They are proved at
    // every replay: the user may demand signatures, or trust a signer no longer.
    const prove = trust.openProver();
    const openings = readOpenings(fd, offset, prove);
    if (openings === undefined || hashOpenings(openings) !== proved) return undefined;
    const begin = {
      state: restoreOpenings(decodeCollections(state) as RunState, openings),
      entries,
      damaged,
      offset,
      lines,
    };
    return { begin, prove };
  } catch {
    // The ledger itself says everything.
    return undefined;
  }
}

function writeSnapshot(fd: number, path: string, position: Position, trust: ReplayTrust): void {
  const { offset, lines, entries, damaged, state } = position;
  const encoded = encodeCollections(withoutOpenings(state));
  const openings = readOpenings(fd, offset, trust.openProver());
  if (encoded === undefined || openings === undefined) return;
  const snapshot: SnapshotBody = {
    format: FORMAT,
    inode: fstatSync(fd).ino,
    offset,
    tail: hashTail(fd, offset),
    lines,
    entries,
    damaged,
    proved: hashOpenings(openings),
    state: encoded,
  };
  const body = JSON.stringify(snapshot);
  const seal = trust.seal(body);
  if (seal === undefined) return;
  try {
    writeAtomic(snapshotPath(path), JSON.stringify({ seal, body }), { durable: false, mode: 0o600 });
  } catch {
    // The next replay takes longer.
  }
}

/** The proved approvals before an offset; undefined if the first entry does not say whose run it is, as every run's does. */
function readOpenings(fd: number, offset: number, prove: Prover): LedgerEntry[] | undefined {
  const openings = scanOnce(fd, offset);
  return openings[0]?.type === 'run-created' ? prove(openings) : undefined;
}

let lastScan: { key: string; openings: LedgerEntry[] } | undefined;

/** A command replays a ledger several times. As long as the file has not been written meanwhile, one search of it is enough. */
function scanOnce(fd: number, offset: number): LedgerEntry[] {
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(fd, { bigint: true });
  const key = [dev, ino, size, mtimeNs, ctimeNs, offset].join(' ');
  if (lastScan?.key !== key)
    lastScan = { key, openings: scanOpenings((at, length) => readAt(fd, at, length), offset, CHUNK_BYTES) };
  return lastScan.openings;
}

const hashOpenings = (openings: readonly LedgerEntry[]): string =>
  createHash('sha256').update(JSON.stringify(openings)).digest('hex');

function hashTail(fd: number, offset: number): string {
  const length = Math.min(TAIL_BYTES, offset);
  return createHash('sha256')
    .update(readAt(fd, offset - length, length))
    .digest('hex');
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
