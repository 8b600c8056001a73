import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readBoundedText } from '../../system/files/bounded.ts';
import { systemErrorCode } from '../../system/files/file-error.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { randomHex } from '../../system/random-hex.ts';

/** Git's entry for a linked worktree, `.git/worktrees/{id}`. Read without git, because git fails on a damaged entry. */
export interface AdminEntry {
  id: string;
  path: string;
  /** The worktree's directory; undefined if git has not written it (yet). */
  place: string | undefined;
  /** `ref: refs/heads/…` or an object id. */
  head: string | undefined;
  /** The content of the file `locked`; `initializing` while git adds the worktree. */
  locked: string | undefined;
  /** True once all files of the worktree are checked out. */
  hasIndex: boolean;
}

/** Reads git's entries for all linked worktrees of the repository. */
export function readAdminEntries(repo: Repository): AdminEntry[] {
  const folder = join(repo.commonDir, 'worktrees');
  return listNames(folder).map((id) => {
    const path = join(folder, id);
    const gitFile = readTextIfExists(join(path, 'gitdir'));
    return {
      id,
      path,
      place: gitFile ? dirname(gitFile) : undefined,
      head: readTextIfExists(join(path, 'HEAD')),
      locked: readTextIfExists(join(path, 'locked')),
      hasIndex: existsSync(join(path, 'index')),
    };
  });
}

/** Git's entry for the worktree in this directory; undefined if there is none. */
export function findAdminEntry(repo: Repository, place: string): AdminEntry | undefined {
  return readAdminEntries(repo).find((entry) => entry.place === place);
}

/**
 * Rewrites empty `commondir` files, which make every `git worktree list` and `add` of the repository fail. The content is always
 * the same. Returns the ids of the repaired entries, which may be damaged in other ways.
 */
export function repairCommonDirs(repo: Repository): string[] {
  const folder = join(repo.commonDir, 'worktrees');
  const empty = listNames(folder).filter((id) => isEmptyFile(join(folder, id, 'commondir')));
  for (const id of empty) writeFileSync(join(folder, id, 'commondir'), '../..\n');
  return empty;
}

/** Removes git's entry for a worktree. It is renamed first, so that git never sees half an entry. */
export function dropAdminEntry(repo: Repository, entry: AdminEntry): void {
  const gone = join(repo.ours, `gone-${randomHex(12)}`);
  renameSync(entry.path, gone);
  rmSync(gone, { recursive: true, force: true });
}

/** Deletes entries that a killed process had renamed but not yet deleted. */
export function deleteDroppedEntries(repo: Repository): void {
  for (const name of listNames(repo.ours))
    if (name.startsWith('gone-')) rmSync(join(repo.ours, name), { recursive: true, force: true });
}

/** Reads a file without its last newline; undefined if the file does not exist. */
export function readTextIfExists(path: string): string | undefined {
  try {
    return readBoundedText(path).replace(/\n$/, '');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isEmptyFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
}
