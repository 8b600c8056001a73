import type { GateState } from '../../run/ledger/gate-state.ts';
import { HUMAN_GATES, type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import type { GateStanding } from './subject.ts';
import { refuse } from './wording.ts';

export function gateStanding(state: RunState, stage: HumanGate, currentHash: string): GateStanding {
  const { approved, rejected } = state.gates.get(stage) ?? {};
  if (approved === currentHash) return 'open';
  if (rejected?.hash === currentHash) return 'rejected';
  return approved === undefined ? 'closed' : 'stale';
}

/** What has been asked at a gate; nothing where nobody was. */
export function askedAt(state: RunState, stage: HumanGate): GateState['asked'] {
  return state.gates.get(stage)?.asked ?? new Map();
}

/** A stage as people write it: its name or its number; undefined for one without a gate of a person. */
export function readStage(given: string): HumanGate | undefined {
  const name = given.toLowerCase();
  return HUMAN_GATES.find((stage) => stage === name || STAGE_NUMBERS[stage] === name);
}

const MOST_NOTE = 2000;

/** The note of an answer: a rejection has one, since the agent that tries again has nothing else to go by. */
export function checkNote(action: 'approve' | 'reject', stage: HumanGate, given?: string): Result<string> {
  const note = given?.trim() ?? '';
  if (note.length > MOST_NOTE) return reject(refuse.longNote(note.length, MOST_NOTE));
  return note === '' && action === 'reject' ? reject(refuse.noNote(stage)) : accept(note);
}
