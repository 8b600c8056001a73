import type { PlannedAgent } from '../ledger/manifest.ts';
import { faultOf, type OutputCheck } from '../outputs/check.ts';
import { returnFault } from './wording.ts';

/** Maximum length of a one-line answer, in characters. */
export const LINE_CHARACTERS = 400;
/** Maximum length of a coordinator's summary, in characters: 300 words and a margin. */
export const SUMMARY_CHARACTERS = 2400;

/**
 * A line with which an agent admits that it has no valid file (a regular expression with the flag `m`). A workflow's script has no file system, so the
 * hooks make its agents say there what the file says.
 */
export const FAILURE_LINE = '^\\s*Failed\\.';

/** Whether an answer says that the agent has no valid file. Pure. */
export function admitsFailure(answer: string): boolean {
  return new RegExp(FAILURE_LINE, 'm').test(answer);
}

/** The facts about an agent's end. */
export interface ReturnFacts {
  /** Absolute path of its output file. */
  path: string;
  check: OutputCheck;
  /** Its answer, which enters the conversation that dispatched it. */
  answer: string;
  /** A file that it wrote instead of its own. */
  elsewhere?: string;
  /** Why its file cannot be read. */
  unreadable?: string;
}

/** Returns the fault of an agent's file for the ledger and the report, without an instruction; undefined if there is none. Pure. */
export function describeFileFault({ check, path, elsewhere, unreadable }: ReturnFacts): string | undefined {
  if (elsewhere !== undefined) return `it wrote ${elsewhere}, but its file is ${path}`;
  return unreadable ?? faultOf(check, path);
}

/** Returns the exact fault of an agent's return, as a message to the agent; undefined if there is none. Pure. */
export function describeReturn(agent: Pick<PlannedAgent, 'returns'>, facts: ReturnFacts): string | undefined {
  const faults = [fileFault(facts), answerFault(agent, facts.answer)].filter((fault) => fault !== undefined);
  return faults.length > 0 ? faults.join(' ') : undefined;
}

function fileFault({ check, path, elsewhere, unreadable }: ReturnFacts): string | undefined {
  if (elsewhere !== undefined) return returnFault.elsewhere(elsewhere, path);
  if (unreadable !== undefined) return returnFault.file(unreadable);
  const fault = faultOf(check, path);
  return fault === undefined ? undefined : returnFault.file(fault);
}

function answerFault({ returns }: Pick<PlannedAgent, 'returns'>, answer: string): string | undefined {
  const length = answer.trim().length;
  if (returns === 'summary')
    return length > SUMMARY_CHARACTERS ? returnFault.summary(length, SUMMARY_CHARACTERS) : undefined;
  const lines = answer
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '').length;
  return lines > 1 || length > LINE_CHARACTERS ? returnFault.line(lines, length) : undefined;
}
