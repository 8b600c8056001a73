import type { Action } from '../../run/dispatch/action.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';

/** The last `wait` answer that a session was given. */
export interface LastWait {
  /** Identifies the answer and the state of the run's ledger and outputs. */
  fingerprint: string;
  /** How many times in a row the same answer was given again without a change. */
  repeats: number;
}

/** Milliseconds before the first repeated answer; then three and nine times as long. */
const DEFAULT_WAIT_MS = 5000;
const FACTORS = [1, 3, 9];
/** The longest wait in a call, in milliseconds: the client ends a shell command after two minutes. */
export const MAX_WAIT_MS = 90_000;
/** From this repeated answer on, the text says to end the turn. */
const REPEATS_BEFORE_END = 3;

/** Milliseconds to wait before an answer is repeated for the `repeats`th time; 0 for a new answer. `SAO_WAIT_MS` replaces the first wait. Pure. */
export function patienceOf(repeats: number, env: Readonly<Record<string, string | undefined>>): number {
  if (repeats < 1) return 0;
  const given = Number(env.SAO_WAIT_MS);
  const first = Number.isFinite(given) && given > 0 ? given : DEFAULT_WAIT_MS;
  return Math.min(MAX_WAIT_MS, first * (FACTORS[Math.min(repeats, FACTORS.length) - 1] ?? 1));
}

/** Counts an answer: 0 if it is new or something has changed since the last one. Pure. */
export function countRepeats(last: LastWait | undefined, fingerprint: string): number {
  return last?.fingerprint === fingerprint ? last.repeats + 1 : 0;
}

/** Adds that the turn should end to an answer that was repeated too often. Pure. */
export function advisePatience(action: Action, repeats: number): Action {
  if (repeats < REPEATS_BEFORE_END) return action;
  const { command, ...rest } = action;
  return { ...rest, message: nextActionTexts.stopPolling(command !== undefined) };
}

/** Parses the record of the last answer; undefined if it is damaged. */
export function parseLastWait(text: string | undefined): LastWait | undefined {
  try {
    const { fingerprint, repeats } = JSON.parse(text ?? '') as Partial<LastWait>;
    const isWhole = typeof fingerprint === 'string' && Number.isSafeInteger(repeats) && Number(repeats) >= 0;
    return isWhole ? { fingerprint, repeats: Number(repeats) } : undefined;
  } catch {
    return undefined;
  }
}
