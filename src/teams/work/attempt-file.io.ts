import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';

/** Held in the run directory by the executor that works on the attempt. */
export const WORK_LOCK = 'work.lock';
const FILE = 'attempt.json';

/** Which attempt at a task of which queue a run is. */
export interface AttemptFile {
  queue: string;
  task: string;
  attempt: number;
  /** The ref and the commit that it started from. */
  startRef: string;
  base: string;
}

export function writeAttemptFile(dir: string, attempt: AttemptFile): void {
  writeAtomic(join(dir, FILE), `${JSON.stringify({ version: 1, ...attempt })}\n`);
}

/** Undefined if the run is no attempt, or if the file cannot be read. */
export function readAttemptFile(dir: string): AttemptFile | undefined {
  try {
    const value = JSON.parse(readWithoutLink(join(dir, FILE)) ?? '') as Partial<AttemptFile> & {
      version?: unknown;
    };
    const { version, queue, task, attempt, startRef, base } = value;
    const isWhole = [queue, task, startRef, base].every((each) => typeof each === 'string');
    return version === 1 && isWhole && Number.isSafeInteger(attempt) ? (value as AttemptFile) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
