import { plainText } from '../../findings/plain-text.ts';
import type { BlockRequest } from '../../queue/decide/settle.ts';
import type { ReleaseReason } from '../../queue/model/types.ts';
import { readBlocker } from './read-blocker.ts';

/** How the run of an attempt ended. */
export interface RunEnd {
  isDone: boolean;
  isInterrupted: boolean;
  /** Why it has no valid report; '' if it has one. */
  fault: string;
  /** The service refuses agents until then, in ms since the epoch. */
  limitedUntil?: number;
  report: string;
}

/** What an attempt leads to before its work is checked: `prove`, or what the queue is told instead. */
export type AttemptVerdict =
  | { kind: 'prove' }
  | { kind: 'block'; request: Omit<BlockRequest, 'workAt'> }
  | { kind: 'release'; reason: ReleaseReason; note: string };

const MAX_NOTE = 2_000;

/** Judges the end of an attempt's run. A refusal by the service and an interrupt are no fault of the attempt. */
export function judgeRunEnd(end: RunEnd): AttemptVerdict {
  if (end.isDone) {
    const blocker = readBlocker(end.report);
    return blocker ? { kind: 'block', request: blocker } : { kind: 'prove' };
  }
  if (end.limitedUntil !== undefined)
    return { kind: 'release', reason: 'rate-limit', note: noteOf(end.fault) };
  if (end.isInterrupted) return { kind: 'release', reason: 'handed-back', note: 'the executor was stopped' };
  return { kind: 'release', reason: 'failed', note: noteOf(end.fault || 'the agent left no valid report') };
}

/** What the next attempt is told, without control characters. */
export const noteOf = (text: string): string => plainText(text, MAX_NOTE);
