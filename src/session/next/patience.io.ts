import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Action } from '../../run/dispatch/action.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import { sessionOf } from '../../run/ledger/sessions.io.ts';
import { waitUntil } from '../../run/status/wait.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import {
  advisePatience,
  countRepeats,
  type LastWait,
  MAX_WAIT_MS,
  parseLastWait,
  patienceOf,
} from './patience.ts';

export interface PatientAnswer {
  action: Action;
  isInterrupted: boolean;
}

interface Patience {
  env: Readonly<Record<string, string | undefined>>;
  /** Returns the current action, as another call of `sao next` would, but perhaps without the work at a gate. */
  peek(): Action;
  /** Returns the current action as it is printed. */
  answer(): Promise<Action>;
  now(): Date;
  onInterrupt(stop: () => void): () => void;
}

/**
 * Holds back a `wait` answer that a session has been given before, until the answer changes or a growing time has passed: a model that polls
 * would otherwise pay for a turn every second. Other answers, and calls outside of a session, are not held back.
 */
export async function answerPatiently(
  { dir }: Pick<FoundRun, 'dir'>,
  action: Action,
  { env, peek, answer, now, onInterrupt }: Patience,
): Promise<PatientAnswer> {
  if (action.action !== 'wait' || sessionOf(env) === undefined) return { action, isInterrupted: false };
  const dirs = [...new Set([dir, join(dirname(dir), action.run)])];
  const left =
    action.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(action.until) - now().getTime();
  if (left <= MAX_WAIT_MS) {
    const ended = await waitUntil({
      folders: dirs,
      isOver: () => false,
      timeoutMs: Math.max(1, left),
      onInterrupt,
    });
    return { action: await answer(), isInterrupted: ended === 'interrupted' };
  }
  const before = fingerprintOf(action, dirs);
  const repeats = countRepeats(readLastWait(dir), before);
  const given = JSON.stringify(action);
  const end =
    repeats === 0
      ? 'timeout'
      : await waitUntil({
          folders: dirs.flatMap((each) => [each, ...OUTPUT_FOLDERS.map((folder) => join(each, folder))]),
          isOver: () => JSON.stringify(peek()) !== given,
          timeoutMs: patienceOf(repeats, env),
          onInterrupt,
        });
  if (end === 'over') return { action: await answer(), isInterrupted: false };
  const after = fingerprintOf(action, dirs);
  const counted = after === before ? repeats : 0;
  writeLastWait(dir, { fingerprint: after, repeats: counted });
  return { action: advisePatience(action, counted), isInterrupted: end === 'interrupted' };
}

const OUTPUT_FOLDERS = ['workers', 'synthesis', 'builds', 'qc', 'conflicts'];

/** Identifies an answer together with the sizes and times of the ledgers and output files of these runs. */
function fingerprintOf(action: Action, dirs: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(action));
  for (const dir of dirs) {
    hash.update(describeFile(join(dir, 'ledger.jsonl')));
    for (const folder of OUTPUT_FOLDERS)
      for (const name of listFiles(join(dir, folder))) hash.update(describeFile(join(dir, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function listFiles(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
  } catch {
    return [];
  }
}

function describeFile(path: string): string {
  const entry = statSync(path, { throwIfNoEntry: false });
  return `${path} ${entry?.size} ${entry?.mtimeMs}\n`;
}

const recordPath = (dir: string) => join(dir, 'last-wait.json');

// The record is no part of the run: without it, or without the right to write it, the next answer counts as new.
function readLastWait(dir: string): LastWait | undefined {
  try {
    return parseLastWait(readWithoutLink(recordPath(dir)));
  } catch {
    return undefined;
  }
}

function writeLastWait(dir: string, last: LastWait): void {
  try {
    writeAtomic(recordPath(dir), `${JSON.stringify({ version: 1, ...last })}\n`, { durable: false });
  } catch {
    // Answered at once the next time.
  }
}
