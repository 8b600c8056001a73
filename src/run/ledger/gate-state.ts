import type { LedgerEntry } from './events.ts';
import type { HumanGate } from './stages.ts';

/** What people have said at a human gate. */
export interface GateState {
  /** What a person was asked: the hash of what they were shown by the hash of the one-time token. */
  asked: Map<string, string>;
  /** Hash of what was approved last. */
  approved?: string;
  /** The last rejection, until the gate is approved. */
  rejected?: { hash: string; note: string };
  /** How often it was rejected. */
  rejections: number;
}

type GateEntry = Extract<LedgerEntry, { type: `gate-${string}` }>;

/** One step of the fold, in place. */
export function applyGateEntry(gates: Map<HumanGate, GateState>, entry: GateEntry): void {
  const gate = gateOf(gates, entry.stage);
  if (entry.type === 'gate-asked') {
    gate.asked.set(entry.token, entry.hash);
    return;
  }
  // A token is good for one answer.
  gate.asked.clear();
  if (entry.type === 'gate-approved') {
    gate.approved = entry.hash;
    delete gate.rejected;
    return;
  }
  gate.rejected = { hash: entry.hash, note: entry.note };
  gate.rejections += 1;
  if (gate.approved === entry.hash) delete gate.approved;
}

/** What is known of a human gate; it is made where nothing is. */
function gateOf(gates: Map<HumanGate, GateState>, stage: HumanGate): GateState {
  let gate = gates.get(stage);
  if (!gate) {
    gate = { asked: new Map(), rejections: 0 };
    gates.set(stage, gate);
  }
  return gate;
}
