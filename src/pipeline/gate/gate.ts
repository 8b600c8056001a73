import type { GateState } from '../../run/ledger/gate-state.ts';
import { HUMAN_GATES, type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import type { GateStatus } from './subject.ts';
import { gateFaults } from './wording.ts';

export function gateStatus(state: RunState, stage: HumanGate, currentHash: string): GateStatus {
  const { approved, rejected } = state.gates.get(stage) ?? {};
  if (approved === currentHash) return 'open';
  if (rejected?.hash === currentHash) return 'rejected';
  return approved === undefined ? 'closed' : 'stale';
}

/** Questions asked at a gate; empty if there were none. */
export function questionsAskedAt(state: RunState, stage: HumanGate): GateState['asked'] {
  return state.gates.get(stage)?.asked ?? new Map();
}

/** Parses the name or number of a stage; undefined if the stage has no human gate. */
export function parseGateStage(input: string): HumanGate | undefined {
  const name = input.toLowerCase();
  return HUMAN_GATES.find((stage) => stage === name || STAGE_NUMBERS[stage] === name);
}

const MAX_NOTE_CHARS = 2000;

/** The note of an answer: a rejection has one, since the agent that tries again has nothing else to go by. */
export function checkGateNote(
  action: 'approve' | 'reject',
  stage: HumanGate,
  input?: string,
): Result<string> {
  const note = input?.trim() ?? '';
  if (note.length > MAX_NOTE_CHARS) return reject(gateFaults.longNote(note.length, MAX_NOTE_CHARS));
  return note === '' && action === 'reject' ? reject(gateFaults.noNote(stage)) : accept(note);
}
