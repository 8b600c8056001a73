import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { whileLocked } from '../../system/git/take-lock.io.ts';
import { endSurvivors, findMarked } from '../../system/process/survivors.ts';
import { ExpectedError } from '../../system/result.ts';
import { healCommonDirs, sweepDropped } from './admin.io.ts';
import { type Intent, parseIntent, serializeIntent } from './journal.ts';
import { undoIntent } from './undo.io.ts';

/** 64 worktrees that are added at once come in turn. */
const WAIT_MS = 300_000;
const GRACE_MS = 2_000;

/**
 * Changes worktrees or refs of a repository while no other process of ours does. The intent is on disk before the work begins:
 * if we die, whoever takes the lock next undoes it first; if the work fails, we do.
 */
export async function exclusively<T>(repo: Repository, intent: Intent, work: () => Promise<T>): Promise<T> {
  return await locked(repo, async () => {
    writeAtomic(journalPath(repo), serializeIntent(intent), { durable: false });
    try {
      return await work();
    } catch (error) {
      await undoIntent(repo, intent, wasKilled(error) ? 'dead' : 'ended');
      throw error;
    } finally {
      removeFile(journalPath(repo));
    }
  });
}

/** Whether somebody is at work in the repository, or was killed there. */
export function hasLeftovers(repo: Repository): boolean {
  return existsSync(journalPath(repo));
}

/** Undoes what killed processes have left half done; nothing else. Answers whether there was anything. */
export function settle(repo: Repository): Promise<boolean> {
  return locked(repo, async (hadLeftovers) => hadLeftovers);
}

function locked<T>(repo: Repository, work: (hadLeftovers: boolean) => Promise<T>): Promise<T> {
  return whileLocked(join(repo.ours, 'repository.lock'), WAIT_MS, async () =>
    work(await clearLeftovers(repo)),
  );
}

async function clearLeftovers(repo: Repository): Promise<boolean> {
  const isHealed = healCommonDirs(repo).length > 0;
  if (!existsSync(journalPath(repo))) return isHealed;
  // A killed owner's git may still run: it leads a group of its own.
  await endSurvivors(() => findMarked(repo.mark), GRACE_MS);
  healCommonDirs(repo);
  const intent = parseIntent(readFileSync(journalPath(repo), 'utf8'));
  if (intent) await undoIntent(repo, intent, 'dead');
  sweepDropped(repo);
  removeFile(journalPath(repo));
  return true;
}

function wasKilled(error: unknown): boolean {
  const codes = error instanceof ExpectedError ? error.failure.diagnostics.map(({ code }) => code) : [];
  return codes.some((code) => code === 'git-killed' || code === 'git-timeout');
}

function journalPath(repo: Repository): string {
  return join(repo.ours, 'journal.json');
}
