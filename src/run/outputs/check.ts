import { countSeverities, mentionsFindings } from '../../findings/count-severities.ts';
import type { FindingCounts } from '../../findings/finding.ts';
import { countFindings } from '../../findings/finding.ts';
import { countWords, judgeOutput, type OutputSample, type Verdict } from './sentinel.ts';

/** The check of one agent's output. */
export interface OutputCheck {
  status: Verdict;
  words: number;
  findings: FindingCounts;
  /** Words and findings were taken from the head and the tail of a large file. */
  estimated: boolean;
  /** Size of a file that is larger than an output may be, in bytes. */
  tooLargeBytes?: number;
  /** Only a line end is missing after the sentinel, and as long as the agent runs, the file may grow. */
  isUnterminated?: true;
  /** A coordinator wrote the file before the agents that it summarises had ended. */
  isEarly?: true;
  /** SHA-256 of the file, which the ledger keeps of an output that is accepted. */
  sha256?: string;
}

export const NO_OUTPUT: OutputCheck = {
  status: 'missing',
  words: 0,
  findings: countFindings([]),
  estimated: false,
};

/** What was read of a file, in bytes of the file. */
interface SizedSample extends OutputSample {
  size: number;
  headBytes: number;
  sha256?: string;
}

/** Whether a file is not the one with the hash `accepted`; false if there is no such hash. */
export function isChanged(file: Pick<SizedSample, 'sha256'>, accepted: string | undefined): boolean {
  return accepted !== undefined && file.sha256 !== accepted;
}

/** Judges and counts one output file; `undefined` for a path without a regular file. */
export function checkOutput(file: SizedSample | undefined, running = false): OutputCheck {
  if (!file) return NO_OUTPUT;
  const status = judgeOutput(file, running);
  if (file.isTooLarge) return { ...NO_OUTPUT, status, tooLargeBytes: file.size };
  const { sha256 } = file;
  const isUnterminated = running && status === 'incomplete' && judgeOutput(file) !== 'incomplete';
  return {
    status,
    ...countContent(file),
    ...(isUnterminated ? { isUnterminated } : {}),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function countContent(file: SizedSample): Pick<OutputCheck, 'words' | 'findings' | 'estimated'> {
  return file.whole
    ? { words: countWords(file.head), findings: countSeverities(file.head), estimated: false }
    : { words: estimateWords(file), findings: countSampled(file), estimated: true };
}

// Count the head only: walking the tails of 10,000 large files takes too long.
function estimateWords({ head, headBytes, size }: SizedSample): number {
  return Math.round((countWords(head) * size) / headBytes);
}

// Findings are usually at the end. If the head mentions findings too, they continue in the tail.
function countSampled({ head, tail }: OutputSample): FindingCounts {
  return countSeverities(mentionsFindings(head) ? `${head}\n${tail}` : tail);
}

/** The call that repeats an agent whose accepted output was changed. */
export function describeWayBack(run: string, agent: string): string {
  return `\`sao retry ${run} ${agent}\` repeats the agent`;
}

/** The fault of a summary that its coordinator wrote too early. */
export function describeEarly(path: string): string {
  return `${path} was written before the agents that it summarises had ended, so it does not count`;
}

/** The fault of an output as an instruction to its agent; undefined if there is none. `wayBack`: what a human can do about a changed one. */
export function faultOf(
  {
    status,
    tooLargeBytes,
    isUnterminated,
    isEarly,
  }: Pick<OutputCheck, 'status'> & Partial<Pick<OutputCheck, 'tooLargeBytes' | 'isUnterminated' | 'isEarly'>>,
  path: string,
  wayBack?: string,
): string | undefined {
  if (tooLargeBytes !== undefined)
    return `${path} has ${tooLargeBytes} bytes, and an output has at most 16 MiB: write what was found, not what was read`;
  switch (status) {
    case 'done':
    case 'failed':
      return undefined;
    case 'missing':
      return `there is no regular file at ${path}`;
    case 'changed':
      return `${path} was changed after it was accepted, so it does not count${wayBack === undefined ? '' : `; ${wayBack}`}`;
    case 'empty':
      return `${path} holds no text but headings before its last line <!-- DONE -->`;
    case 'incomplete':
      if (isEarly) return describeEarly(path);
      if (isUnterminated) return `${path} has no line end after <!-- DONE -->, so it may still be written`;
      return `the last line of ${path} is not <!-- DONE --> (outside of any code fence, with nothing after it)`;
  }
}
