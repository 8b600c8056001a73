import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { undoLeftovers } from '../worktree/exclusive.io.ts';
import { rescueTree } from '../worktree/rescue.io.ts';
import type { Site } from '../worktree/site.io.ts';
import { listChangedPaths } from './checkouts.io.ts';
import { mergeProblems } from './wording.ts';

/** A move of the base branch from one commit to another. */
export interface Shipping {
  base: string;
  before: string;
  commit: string;
  /** The checkout of the base branch; null if it is not checked out. */
  place: string | null;
}

/** A running git process of the user changes or removes its lock file within this time. */
const QUIET_MS = 2_000;

/** Writes a note that a checkout is about to be moved forward; returns a function that removes the note. */
export function writeShippingNote(site: Site, shipping: Shipping): () => void {
  writeAtomic(notePath(site), `${JSON.stringify({ version: 1, ...shipping })}\n`);
  return () => removeFile(notePath(site));
}

/** Whether a move of a checkout was begun, and the process that moved it was killed or is still at work. */
export function hasShippingNote(site: Site): boolean {
  return existsSync(notePath(site));
}

/**
 * Completes the move that a killed process began. The checkout was clean then, so the files that differ now were written by git;
 * they are still kept under a rescue ref. Undefined if there was no note, or nothing had been written yet.
 */
export async function finishShipping(site: Site): Promise<Shipping | undefined> {
  if (!existsSync(notePath(site))) return undefined;
  await undoLeftovers(site.repo);
  const shipping = JSON.parse(readBoundedText(notePath(site))) as Shipping;
  const { base, place, before, commit } = shipping;
  if (place === null) return removeNote(site, undefined);
  const gitDir = (await askGit(place, ['rev-parse', '--absolute-git-dir'])).slice(0, -1);
  await removeStaleLock(join(gitDir, 'index.lock'));
  const tip = await findCommit(place, `refs/heads/${base}`);
  const isMoved = tip === commit;
  if (!isMoved && tip !== before) return removeNote(site, undefined);
  const touched = await listWrittenPaths(place, { before, commit, base });
  if (touched.length === 0) return removeNote(site, isMoved ? shipping : undefined);
  const order = { module: 'checkout', place, withIgnored: false, tips: [], safe: ['HEAD'] };
  await rescueTree(site, order, { gitDir, workTree: place });
  await askGit(place, ['reset', '--hard', '--quiet', commit], { mark: site.repo.mark });
  return removeNote(site, shipping);
}

function removeNote(site: Site, answer: Shipping | undefined): Shipping | undefined {
  removeFile(notePath(site));
  return answer;
}

/** The changed paths that the interrupted move wrote. Throws an ExpectedError if other tracked files have changed. */
async function listWrittenPaths(
  place: string,
  move: { before: string; commit: string; base: string },
): Promise<string[]> {
  const args = ['diff', '--name-only', '-z', '--no-renames', move.before, move.commit];
  const ours = new Set((await askGit(place, args)).split('\0'));
  const tracked = await listChangedPaths(place, 'no');
  const others = tracked.filter((path) => !ours.has(path));
  if (others.length > 0) throw new ExpectedError(reject(mergeProblems.dirty(place, move.base, others)));
  return (await listChangedPaths(place, 'all')).filter((path) => ours.has(path));
}

async function removeStaleLock(path: string): Promise<void> {
  const before = statSync(path, { throwIfNoEntry: false });
  if (!before) return;
  await sleep(QUIET_MS);
  const after = statSync(path, { throwIfNoEntry: false });
  if (after?.ino === before.ino && after.size === before.size) removeFile(path);
}

const notePath = (site: Site) => join(site.repo.ours, `${site.run}.ship.json`);
