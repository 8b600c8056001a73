import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../system/files/file-error.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { randomHex } from '../../system/random-hex.ts';

/** What git keeps about one linked worktree, `.git/worktrees/{id}`: read by hand, because a damaged one stops git itself. */
export interface AdminEntry {
  id: string;
  path: string;
  /** The worktree's directory; undefined where that is not written (yet). */
  place: string | undefined;
  /** `ref: refs/heads/…` or an object id. */
  head: string | undefined;
  /** The content of `locked`; git's own is `initializing` while it adds one. */
  locked: string | undefined;
  /** There is one from the moment on that its files are all there. */
  hasIndex: boolean;
}

export function readAdminEntries(repo: Repository): AdminEntry[] {
  const folder = join(repo.commonDir, 'worktrees');
  return listNames(folder).map((id) => {
    const path = join(folder, id);
    const gitFile = readText(join(path, 'gitdir'));
    return {
      id,
      path,
      place: gitFile ? dirname(gitFile) : undefined,
      head: readText(join(path, 'HEAD')),
      locked: readText(join(path, 'locked')),
      hasIndex: existsSync(join(path, 'index')),
    };
  });
}

export function findAdminEntry(repo: Repository, place: string): AdminEntry | undefined {
  return readAdminEntries(repo).find((entry) => entry.place === place);
}

/**
 * An empty `commondir` makes every `git worktree list` and `add` of the repository fail. It can only say one thing, so it is
 * written again; whether the entry is worth anything is decided elsewhere.
 */
export function healCommonDirs(repo: Repository): string[] {
  const folder = join(repo.commonDir, 'worktrees');
  const empty = listNames(folder).filter((id) => isEmptyFile(join(folder, id, 'commondir')));
  for (const id of empty) writeFileSync(join(folder, id, 'commondir'), '../..\n');
  return empty;
}

/** Takes the entry away from git in one step: half an entry would be a damaged one. */
export function dropAdminEntry(repo: Repository, entry: AdminEntry): void {
  const gone = join(repo.ours, `gone-${randomHex(12)}`);
  renameSync(entry.path, gone);
  rmSync(gone, { recursive: true, force: true });
}

/** What a killed process had moved away and not yet deleted. */
export function sweepDropped(repo: Repository): void {
  for (const name of listNames(repo.ours))
    if (name.startsWith('gone-')) rmSync(join(repo.ours, name), { recursive: true, force: true });
}

/** A file's text without its last newline; undefined if there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\n$/, '');
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
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}
