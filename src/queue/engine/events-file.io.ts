import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, readSync } from 'node:fs';
import { appendLine } from '../../system/files/append.ts';
import { openWithoutLink } from '../../system/files/own-file.ts';
import { ExpectedError, fault } from '../../system/result.ts';
import type { Batch } from '../model/queue-event.ts';
import { queueProblems } from '../wording.ts';

/** How far a reader has come in the file of events. */
export interface Position {
  seq: number;
  /** Bytes that were read, up to the end of a complete batch. */
  offset: number;
  /** Time of the last batch; undefined: not known. */
  at?: number | undefined;
}

const START: Position = { seq: 0, offset: 0 };
const NEWLINE = 0x0a;

/** Appends a batch in one write. Call it under the queue's lock. */
export function appendBatch(path: string, batch: Batch): void {
  appendLine(path, JSON.stringify({ v: 1, ...batch }));
}

/** Makes sure that what was appended is on the disk. */
export function syncEvents(path: string): void {
  const fd = openWithoutLink(path, constants.O_RDONLY, 'sync the events');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads the batches after a position. A last line that a crash has cut is no batch yet; a complete one without its newline is. Throws an
 * ExpectedError if a batch is missing or of another version.
 */
export function readBatches(path: string, from: Position): { batches: Batch[]; position: Position } {
  const fd = openWithoutLink(path, constants.O_RDONLY, 'read the events');
  try {
    const { size } = fstatSync(fd);
    // Another file than the one that was read so far: a restored backup.
    if (size < from.offset) return readBatches(path, START);
    return parseBatches(path, readFrom(fd, from.offset, size), from);
  } finally {
    closeSync(fd);
  }
}

/** Bytes before the offset of a snapshot that it is compared by. */
const TAIL_BYTES = 16 * 1024;

/** The hash of the bytes before an offset; '' if the file is shorter. */
export function hashTail(path: string, offset: number): string {
  const fd = openWithoutLink(path, constants.O_RDONLY, 'read the events');
  try {
    if (fstatSync(fd).size < offset) return '';
    const bytes = readFrom(fd, Math.max(0, offset - TAIL_BYTES), offset);
    return createHash('sha256').update(bytes).digest('hex');
  } finally {
    closeSync(fd);
  }
}

function readFrom(fd: number, offset: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size - offset);
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

function parseBatches(path: string, bytes: Buffer, from: Position): { batches: Batch[]; position: Position } {
  const batches: Batch[] = [];
  const position = { ...from };
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const batch = parseBatch(path, bytes.toString('utf8', start, end));
    // A last line without its newline may still be written.
    if (newline < 0 && batch === undefined) break;
    if (batch) takeBatch(path, batches, position, batch);
    start = newline < 0 ? end : end + 1;
    position.offset = from.offset + start;
  }
  return { batches, position };
}

/** A batch whose number was there before is a copy, and is skipped. */
function takeBatch(path: string, batches: Batch[], position: Position, batch: Batch): void {
  if (batch.seq <= position.seq) return;
  if (batch.seq !== position.seq + 1) throw describeGap(path, position.seq, batch.seq);
  batches.push(batch);
  position.seq = batch.seq;
  position.at = batch.at;
}

/** Undefined for a line that a crash has cut: the batch was never acknowledged, and the next one has its number. */
function parseBatch(path: string, line: string): Batch | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { v, seq, at, events } = (value ?? {}) as Partial<Batch> & { v?: unknown };
  if (v !== undefined && v !== 1) throw new ExpectedError(fault(queueProblems.version(path, v)));
  const isWhole = typeof seq === 'number' && typeof at === 'number' && Array.isArray(events);
  return isWhole ? { seq, at, events } : undefined;
}

function describeGap(path: string, last: number, next: number): ExpectedError {
  const detail = `batch ${last + 1} is missing before batch ${next}`;
  return new ExpectedError(fault(queueProblems.damaged(path, detail)));
}
