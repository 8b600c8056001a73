import type { LedgerEntry } from './run-event.ts';
import type { HumanGate } from './stages.ts';

/** The answers at a human gate. */
export interface GateState {
  /** Open questions: the hash of the shown work, by the hash of the one-time token. */
  asked: Map<string, string>;
  /** Hash of the last approval. */
  approved?: string;
  /** When the last answer was given, in milliseconds since the epoch. */
  answeredAt?: number;
  /** The last rejection, until the gate is approved. */
  rejected?: { hash: string; note: string };
  /** Number of rejections. */
  rejections: number;
}

type GateEntry = Extract<LedgerEntry, { type: `gate-${string}` }>;

/** Applies one event of a gate, in place. */
export function applyGateEntry(gates: Map<HumanGate, GateState>, entry: GateEntry): void {
  const gate = gateOf(gates, entry.stage);
  if (entry.type === 'gate-asked') {
    gate.asked.set(entry.token, entry.hash);
    return;
  }
  const at = Date.parse(entry.approval.at);
  // A signature that was made before the last answer, and carried here after it.
  if (gate.answeredAt !== undefined && at < gate.answeredAt) return;
  gate.answeredAt = at;
  // A token is valid for one answer only.
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

/** The state of a human gate, created if it is missing. */
function gateOf(gates: Map<HumanGate, GateState>, stage: HumanGate): GateState {
  let gate = gates.get(stage);
  if (!gate) {
    gate = { asked: new Map(), rejections: 0 };
    gates.set(stage, gate);
  }
  return gate;
}
