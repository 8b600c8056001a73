import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseEntry, parseLedger } from './events.ts';
import { openLedger } from './open-ledger.io.ts';
import type { LedgerEntry } from './run-event.ts';
import { applyEvent, emptyState, type RunState } from './state.ts';
import { openProver } from './store.io.ts';

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
  const prove = openProver(dir);
  let offset = 0;
  return {
    state,
    catchUp() {
      const { text, bytes } = readWhole(path, offset);
      offset += bytes;
      const entries = prove(parseLedger(text));
      for (const entry of entries) applyEvent(state, entry);
      return entries;
    },
  };
}

/** The whole lines from an offset on; a last line without its newline counts once it can be read. */
function readWhole(path: string, offset: number): { text: string; bytes: number } {
  const buffer = readFrom(path, offset);
  const end = buffer.lastIndexOf(0x0a) + 1;
  const rest = buffer.toString('utf8', end);
  const length = rest !== '' && parseEntry(rest) ? buffer.length : end;
  return { text: buffer.toString('utf8', 0, length), bytes: length };
}

function readFrom(path: string, offset: number): Buffer {
  const fd = openLedger(path);
  try {
    // What is appended after this moment is read by the next call.
    const buffer = Buffer.allocUnsafe(Math.max(0, fstatSync(fd).size - offset));
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count)
      count = readSync(fd, buffer, length, buffer.length - length, offset + length);
    return buffer.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
