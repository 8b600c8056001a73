import type { RunEvent } from '../../run/ledger/events.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import type { Engine } from './engine.ts';

/** Appends events to the build's ledger. */
export function recordEvents({ dir, now }: Pick<Engine, 'dir' | 'now'>, ...events: RunEvent[]): void {
  appendEvents(dir, events, now());
}
