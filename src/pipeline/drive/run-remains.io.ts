import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { previewSnapshot } from '../../run/dispatch/snapshot.io.ts';
import type { Manifest } from '../../run/ledger/manifest.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { isMissing } from '../../system/files/is-missing.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError } from '../../system/result.ts';

const LOST_CODES = new Set(['run-document-missing', 'run-document-damaged']);

/**
 * Whether parts of a run directory are missing or damaged, or were not made anew to the end, so that only the branches tell how far the build was; or
 * its project was moved, for which no earlier approval counts.
 */
export function isLostRun(dir: string): boolean {
  try {
    const { adopting, project } = previewSnapshot(dir, new Date(0)).manifest;
    return adopting !== undefined || isMissing(project);
  } catch (error) {
    const codes = error instanceof ExpectedError ? error.failure.diagnostics.map(({ code }) => code) : [];
    if (!codes.some((code) => LOST_CODES.has(code))) throw error;
    return true;
  }
}

/** What the remains of a run directory say. */
export interface Remains {
  was: Manifest | undefined;
  task: string | undefined;
  /** Whether the ledger says that the build has begun and was not shipped. */
  isOpen: boolean;
}

/** Reads what a damaged run directory still says; undefined: there is none. */
export function readRemains(dir: string | undefined): Remains {
  if (dir === undefined) return { was: undefined, task: undefined, isOpen: false };
  const before = readManifest(dir);
  const was = before.ok ? before.value : undefined;
  try {
    const { build, created } = readRunState(dir);
    const isOpen = build.base !== undefined && build.shipped === undefined;
    return { was, task: was?.task ?? created?.task, isOpen };
  } catch (error) {
    if (error instanceof ExpectedError) return { was, task: was?.task, isOpen: false };
    throw error;
  }
}

/** Renames what is left of a run directory. Returns its new path. */
export function setRemainsAside(place: string): string | undefined {
  if (!existsSync(place)) return undefined;
  const kept = join(dirname(place), `.lost-${basename(place)}-${randomHex(4)}`);
  renameSync(place, kept);
  return kept;
}

/** Moves worktrees in the remains of a run directory to their place, with all that is not committed in them. Returns their names. */
export function bringTreesBack(kept: string, dir: string): string[] {
  const [from, to] = [join(kept, 'builds'), join(dir, 'builds')];
  if (!existsSync(from)) return [];
  const names = readdirSync(from, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  if (names.length > 0) mkdirSync(to, { mode: 0o700 });
  for (const name of names) renameSync(join(from, name), join(to, name));
  return names;
}
