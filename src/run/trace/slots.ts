/** What a slot needs to know of an attempt. Times are milliseconds since the epoch. */
export interface SlotUse {
  startedAt: number;
  endedAt?: number;
}

/** Gives each attempt the lowest slot that is free at its start. Attempts come by start. */
export class SlotTable {
  /** When each slot becomes free; Infinity while its attempt runs. */
  private readonly held: (SlotUse | undefined)[] = [];
  private readonly slots = new Map<SlotUse, number>();

  /** The slot of an attempt, from 0. An attempt keeps it. */
  slotOf(span: SlotUse): number {
    const known = this.slots.get(span);
    if (known !== undefined) return known;
    const free = this.held.findIndex((last) => last === undefined || endOf(last) <= span.startedAt);
    const slot = free < 0 ? this.held.length : free;
    this.held[slot] = span;
    this.slots.set(span, slot);
    return slot;
  }

  /** Number of slots that were ever used. */
  get size(): number {
    return this.held.length;
  }
}

const endOf = ({ endedAt = Number.POSITIVE_INFINITY }: SlotUse): number => endedAt;
