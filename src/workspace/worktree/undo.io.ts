import { existsSync, rmdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../system/files/file-error.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { callGit } from '../../system/git/call.io.ts';
import { findCommit, type Repository } from '../../system/git/repository.io.ts';
import { type AdminEntry, dropAdminEntry, healCommonDirs, readAdminEntries } from './admin.io.ts';
import type { AddIntent, Intent } from './journal.ts';

/** A lock of another git that is alive grows or goes within this time. */
const QUIET_MS = 2_000;

/** `dead`: git was killed and has left its lock files. `ended`: it took them away itself, and what is there is somebody else's. */
type End = 'dead' | 'ended';

/** Takes back what an intent that did not come to its end may have left. Under the lock, with no git of ours alive. */
export async function undoIntent(repo: Repository, intent: Intent, end: End): Promise<void> {
  healCommonDirs(repo);
  if (end === 'dead') await clearRefLocks(repo, refsOf(intent));
  if (intent.kind === 'add') await undoAdd(repo, intent);
}

const refsOf = (intent: Intent) => (intent.kind === 'add' ? [`refs/heads/${intent.branch}`] : intent.refs);

async function undoAdd(repo: Repository, intent: AddIntent): Promise<void> {
  for (const entry of readAdminEntries(repo).filter((each) => isLeftOf(each, intent)))
    dropAdminEntry(repo, entry);
  removeEmptyPlace(intent.place);
  if (intent.adopts) return;
  const ref = `refs/heads/${intent.branch}`;
  // Only where it still is what we would have made of it.
  const tip = await findCommit(repo.directory, ref);
  if (tip === intent.base) await callGit(repo.directory, ['update-ref', '-d', ref, tip], { mark: repo.mark });
}

/** Ours by its place; before that is written, by the name that git gives it and the lock that git puts on it. */
function isLeftOf({ id, place, locked, head }: AdminEntry, intent: AddIntent): boolean {
  if (place !== undefined) return place === intent.place;
  const name = basename(intent.place);
  const isNamed = id.startsWith(name) && /^\d*$/.test(id.slice(name.length));
  return isNamed && (locked === 'initializing' || head === undefined);
}

// No file is checked out while a worktree is registered: what is not empty was not made by it.
function removeEmptyPlace(place: string): void {
  try {
    removeFile(join(place, '.git'));
    rmdirSync(place);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
}

// They have no owner's name in them: one that does not change for a while belongs to nobody.
async function clearRefLocks(repo: Repository, refs: readonly string[]): Promise<void> {
  const locks = [...refs, 'packed-refs'].map((ref) => join(repo.commonDir, `${ref}.lock`));
  const before = locks.map((path) => [path, describeFile(path)] as const);
  if (before.every(([, found]) => found === undefined)) return;
  await sleep(QUIET_MS);
  for (const [path, found] of before)
    if (found !== undefined && describeFile(path) === found) removeFile(path);
}

function describeFile(path: string): string | undefined {
  // A branch can stand where the folder of another would be.
  if (!existsSync(path)) return undefined;
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
