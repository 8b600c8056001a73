import { parseEntry, SEALED, SEALED_WITHOUT_RECORD } from './events.ts';
import type { LedgerEntry } from './run-event.ts';

/** What a line has that can open anything. Lines without any of them are not parsed. A seal or a record is in every line that counts as an approval. */
const MARKS = ['"seal":"', '"approval":{', '"plan-accepted","hash"'].map((text) => Buffer.from(text));
const NEWLINE = 0x0a;

/** Reads up to `length` bytes of a file at a position; fewer only at its end. */
type ReadAt = (position: number, length: number) => Buffer;

/** Whether an event opens or closes something, or says which plan is meant. */
export const isOpening = ({ type }: LedgerEntry): boolean =>
  SEALED.has(type) || SEALED_WITHOUT_RECORD.has(type) || type === 'plan-accepted' || type === 'run-created';

/**
 * Returns the entries in the first `end` bytes of a ledger that `isOpening` names, and its first entry, without parsing the other lines. `end` is the
 * end of a line.
 */
export function scanOpenings(readAt: ReadAt, end: number, chunkBytes: number): LedgerEntry[] {
  const found: LedgerEntry[] = [];
  let carried = Buffer.alloc(0);
  for (let at = 0; at < end; ) {
    const chunk = readAt(at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) break;
    const isFirst = at === 0;
    at += chunk.length;
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const whole = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
    for (const start of findMarkedLines(whole, isFirst)) {
      const entry = parseEntry(whole.toString('utf8', start, whole.indexOf(NEWLINE, start)));
      if (entry && isOpening(entry)) found.push(entry);
    }
    carried = carryLine(bytes.subarray(whole.length));
  }
  return found;
}

/** Maximum size of a line in bytes; a longer one is unreadable. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const NO_ENTRY = Buffer.from('?');

/** What is kept of a line whose end is not read yet: of one that is too long, a text that makes it unreadable. */
export function carryLine(part: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(part.length > MAX_LINE_BYTES ? NO_ENTRY : part);
}

/** The starts of the lines that have a mark, in their order; `isFirst`: and of the first line, which says whose run it is. */
function findMarkedLines(lines: Buffer, isFirst: boolean): number[] {
  const starts = new Set<number>(isFirst && lines.length > 0 ? [0] : []);
  for (const mark of MARKS)
    for (let at = lines.indexOf(mark); at >= 0; ) {
      starts.add(lines.lastIndexOf(NEWLINE, at) + 1);
      const next = lines.indexOf(NEWLINE, at);
      at = next < 0 ? -1 : lines.indexOf(mark, next);
    }
  return [...starts].sort((a, b) => a - b);
}
