import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import { endSurvivors, findMarkedProcesses } from '../../system/process/survivors.ts';
import { ExpectedError } from '../../system/result.ts';
import { deleteDroppedEntries, repairCommonDirs } from './admin.io.ts';
import { type Intent, parseIntent, serializeIntent } from './journal.ts';
import { undoIntent } from './undo.io.ts';

/** Long enough for 64 worktrees that are added at once, one after the other. */
const WAIT_MS = 300_000;
const GRACE_MS = 2_000;

/**
 * Runs `work`, which changes worktrees or refs, under the repository's lock. The intent is written to disk first. If this process
 * dies, the next holder of the lock undoes the intent; if the work fails, this process does.
 */
export async function withRepositoryLock<T>(
  repo: Repository,
  intent: Intent,
  work: () => Promise<T>,
): Promise<T> {
  return await lockRepository(repo, async () => {
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

/** Whether a process of sao is changing the repository, or was killed while it did. */
export function hasLeftovers(repo: Repository): boolean {
  return existsSync(journalPath(repo));
}

/** Undoes incomplete changes of killed processes. Returns whether there were any. */
export function undoLeftovers(repo: Repository): Promise<boolean> {
  return lockRepository(repo, async (hadLeftovers) => hadLeftovers);
}

function lockRepository<T>(repo: Repository, work: (hadLeftovers: boolean) => Promise<T>): Promise<T> {
  return withAsyncLock(join(repo.ours, 'repository.lock'), WAIT_MS, async () =>
    work(await clearLeftovers(repo)),
  );
}

async function clearLeftovers(repo: Repository): Promise<boolean> {
  const isHealed = repairCommonDirs(repo).length > 0;
  if (!existsSync(journalPath(repo))) return isHealed;
  // A killed owner's git may still run, because it leads its own process group.
  await endSurvivors(() => findMarkedProcesses(repo.mark), GRACE_MS);
  repairCommonDirs(repo);
  const intent = parseIntent(readBoundedText(journalPath(repo)));
  if (intent) await undoIntent(repo, intent, 'dead');
  deleteDroppedEntries(repo);
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
