import { closeSync, constants, readSync } from 'node:fs';
import { join } from 'node:path';
import { openWithoutLink } from '../../system/files/own-file.ts';
import { parseEntry, parseLedger } from './events.ts';
import type { LedgerEntry } from './run-event.ts';
import { applyEvent, emptyState, type RunState } from './state.ts';

/** A ledger that is read completely once, and then only from the last position. */
export interface FollowedLedger {
  /** The fold of all entries read so far; it changes in place. */
  readonly state: RunState;
  /** Reads and returns the entries that any process appended since the last call. */
  catchUp(): LedgerEntry[];
}

export function followLedger(dir: string): FollowedLedger {
  const path = join(dir, 'ledger.jsonl');
  const state = emptyState();
  let offset = 0;
  return {
    state,
    catchUp() {
      const { text, bytes } = readWhole(path, offset);
      offset += bytes;
      const entries = parseLedger(text);
      for (const entry of entries) applyEvent(state, entry);
      return entries;
    },
  };
}

/** The whole lines from an offset on; a last line without its newline counts once it can be read. */
function readWhole(path: string, offset: number): { text: string; bytes: number } {
  const buffer = readFrom(path, offset);
  const end = buffer.lastIndexOf(0x0a) + 1;
  const rest = buffer.subarray(end).toString('utf8');
  const length = parseEntry(rest) ? buffer.length : end;
  return { text: buffer.toString('utf8', 0, length), bytes: length };
}

function readFrom(path: string, offset: number): Buffer {
  const fd = openWithoutLink(path, constants.O_RDONLY, 'read the ledger');
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ; ) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const count = readSync(fd, chunk, 0, chunk.length, at);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(fd);
  }
}
