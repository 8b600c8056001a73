import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionsDir } from '../../run/ledger/roots.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { withLock } from '../../system/files/lock.ts';
import { removeFile } from '../../system/files/lock-file.ts';

/** The Agent call that the client makes a worktree for next. */
export interface Turn {
  toolUse: string;
  /** The agent of a run that it starts; left out for a call that is none of ours. */
  run?: string;
  agent?: string;
}

/** A call that was refused after all leaves its turn behind. */
const STALE_MS = 3_000;
/** The client gives a hook 30 s. */
const MOST_WAIT_MS = 8_000;
const POLL_MS = 10;
/** What is older was made for nothing that is still to come. */
const MOST_AGE_MS = 30_000;

/**
 * Waits until it is this call's turn. The client asks for a worktree without saying which of its Agent calls it is for, and starts
 * several at once: only one of them is let through before its worktree has been asked for.
 */
export async function takeTurn(root: string, session: string, turn: Turn): Promise<void> {
  const path = turnPath(root, session);
  const deadline = Date.now() + MOST_WAIT_MS;
  while (!tryTake(path, turn, Date.now() >= deadline)) await sleep(POLL_MS);
}

function tryTake(path: string, turn: Turn, isLate: boolean): boolean {
  return withLock(`${path}.lock`, () => {
    if (!isLate && ageOf(path) < STALE_MS) return false;
    writeAtomic(path, `${JSON.stringify(turn)}\n`, { durable: false });
    return true;
  });
}

/** Whose turn it is; the next one may come. Undefined where no call has taken one. */
export function useTurn(root: string, session: string): Turn | undefined {
  const path = turnPath(root, session);
  if (!existsSync(path)) return undefined;
  return withLock(`${path}.lock`, () => {
    const age = ageOf(path);
    const turn = age <= MOST_AGE_MS ? (JSON.parse(readFileSync(path, 'utf8')) as Turn) : undefined;
    removeFile(path);
    return turn;
  });
}

/** Milliseconds since the turn was taken; infinite if it is free. */
function ageOf(path: string): number {
  const taken = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return taken === undefined ? Number.POSITIVE_INFINITY : Date.now() - taken;
}

// Beside the session's marker; the ending keeps it from being taken for one.
function turnPath(root: string, session: string): string {
  return join(sessionsDir(root), `${session}.turn`);
}
