import { existsSync, rmdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../../system/files/file-error.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { callGit } from '../../system/git/call.io.ts';
import { findCommit, type Repository } from '../../system/git/repository.io.ts';
import { type AdminEntry, dropAdminEntry, readAdminEntries, repairCommonDirs } from './admin.io.ts';
import type { AddIntent, Intent } from './journal.ts';

/** A running git process changes or removes its lock file within this time. */
const QUIET_MS = 2_000;

/** `dead`: git was killed and left its lock files. `ended`: git removed its lock files; existing ones belong to another process. */
type GitEnd = 'dead' | 'ended';

/** Undoes what an incomplete intent may have left. Call it under the repository's lock, when no git process of sao is running. */
export async function undoIntent(repo: Repository, intent: Intent, end: GitEnd): Promise<void> {
  repairCommonDirs(repo);
  if (end === 'dead') await removeStaleRefLocks(repo, listRefs(intent));
  if (intent.kind === 'add') await undoAdd(repo, intent);
}

const listRefs = (intent: Intent) => (intent.kind === 'add' ? [`refs/heads/${intent.branch}`] : intent.refs);

async function undoAdd(repo: Repository, intent: AddIntent): Promise<void> {
  for (const entry of readAdminEntries(repo).filter((each) => belongsToIntent(each, intent)))
    dropAdminEntry(repo, entry);
  removeEmptyPlace(intent.place);
  if (intent.adopts) return;
  const ref = `refs/heads/${intent.branch}`;
  // Delete the branch only if it has no new commits.
  const tip = await findCommit(repo.directory, ref);
  if (tip === intent.base) await callGit(repo.directory, ['update-ref', '-d', ref, tip], { mark: repo.mark });
}

/** Whether an entry belongs to the intent: by its directory, or, if that is not written yet, by git's name and lock for it. */
function belongsToIntent({ id, place, locked, head }: AdminEntry, intent: AddIntent): boolean {
  if (place !== undefined) return place === intent.place;
  const name = basename(intent.place);
  const isNamed = id.startsWith(name) && /^\d*$/.test(id.slice(name.length));
  return isNamed && (locked === 'initializing' || head === undefined);
}

// Registering a worktree checks out no file, so a directory with content is not from this intent.
function removeEmptyPlace(place: string): void {
  try {
    removeFile(join(place, '.git'));
    rmdirSync(place);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR', 'EPERM'].includes(systemErrorCode(error) ?? ''))
      throw error;
  }
}

// Git's lock files name no owner. A lock that does not change for a while is stale.
async function removeStaleRefLocks(repo: Repository, refs: readonly string[]): Promise<void> {
  const locks = [...refs, 'packed-refs'].map((ref) => join(repo.commonDir, `${ref}.lock`));
  const before = locks.map((path) => [path, describeFile(path)] as const);
  if (before.every(([, found]) => found === undefined)) return;
  await sleep(QUIET_MS);
  for (const [path, found] of before)
    if (found !== undefined && describeFile(path) === found) removeFile(path);
}

function describeFile(path: string): string | undefined {
  // If a branch has the name of the folder, the path does not exist and statSync would throw.
  if (!existsSync(path)) return undefined;
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
