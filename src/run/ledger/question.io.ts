import { readTextLines } from '../../system/files/bounded.ts';
import { type AskedCall, hasResult } from './question.ts';

/**
 * Whether the call that a token was put into is still under way. The client writes the token into the transcript, also if the human says
 * no: a call that was denied, has ended, or cannot be looked up proves nothing.
 */
export function isQuestionOpen(call: AskedCall | undefined): boolean {
  if (call === undefined) return false;
  if (call.transcript === undefined) return true;
  try {
    return !hasResult(readTextLines(call.transcript), call.toolUse);
  } catch {
    return false;
  }
}
