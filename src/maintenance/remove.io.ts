import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fs from 'fs-extra';
import { TREES_FOLDER } from '../run/ledger/roots.io.ts';
import { unbindRun } from '../run/ledger/sessions.io.ts';
import { treesFolder } from '../run/ledger/store.io.ts';
import { describeFileError } from '../system/files/file-error.ts';
import { tryLock } from '../system/files/lock.ts';
import { ExpectedError } from '../system/result.ts';
import { type CleanRule, decideRemoval } from './decide.ts';
import { findAuditsInUse, formatLeftoverName, inspectEntry } from './inspect.io.ts';
import { forecastTreeRemoval, mayContainTrees, removeTrees } from './trees.io.ts';

export interface CleanEntry {
  name: string;
  /** Reason why the entry is kept; null if it was removed, or would be removed in a dry run. */
  kept: string | null;
  /** Rescue refs with work of its git worktrees that was in no other place. */
  rescued: string[];
  /** Set if the removal failed. */
  failed?: true;
}

export type CleanMode = 'remove' | 'dry-run';

/** Names of a runs root that belong to no single run. */
const SHARED = new Set(['.sessions', '.clients', TREES_FOLDER]);

/**
 * Removes the entries of a runs root that the rule selects; returns the outcome for each entry. `markers`: the folder that tells which sessions have
 * a run.
 */
export async function cleanRoot(
  root: string,
  rule: CleanRule,
  mode: CleanMode,
  markers = root,
): Promise<CleanEntry[]> {
  if (!fs.existsSync(root)) return [];
  const names = fs
    .readdirSync(root)
    .filter((name) => !SHARED.has(name))
    .sort();
  const audits = findAuditsInUse(root, names);
  const entries: CleanEntry[] = [];
  /** In a dry run, a build that would be removed still exists. */
  const isKept = (build: string) =>
    existsSync(join(root, build)) && entries.find((entry) => entry.name === build)?.kept !== null;
  // Audits come after their builds, of which some are removed.
  for (const name of [...names.filter((each) => !audits.has(each)), ...audits.keys()]) {
    const decision = decideRemoval(inspectEntry(root, name, new Date(rule.now)), rule);
    const build = audits.get(name);
    if (!decision.remove) entries.push({ name, kept: decision.reason, rescued: [] });
    else if (build !== undefined && isKept(build))
      entries.push({ name, kept: `the build ${build} is not finished and needs its findings`, rescued: [] });
    else
      entries.push(
        await (mode === 'dry-run' ? forecastRemoval(root, name) : tryRemove(root, name, rule, markers)),
      );
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function forecastRemoval(root: string, name: string): Promise<CleanEntry> {
  const trees = await catchFailure(root, name, () => forecastTreeRemoval(join(root, name)));
  return 'name' in trees ? trees : { name, kept: trees.ok ? null : trees.reason, rescued: [] };
}

async function tryRemove(root: string, name: string, rule: CleanRule, markers: string): Promise<CleanEntry> {
  const removal = await catchFailure(root, name, async () =>
    name.startsWith('.') ? removeLeftover(join(root, name)) : removeRun(root, name, rule, markers),
  );
  if ('name' in removal) return removal;
  if (removal.remove) return { name, kept: null, rescued: removal.rescued };
  return { name, kept: removal.reason, rescued: [], ...(removal.failed ? { failed: true } : {}) };
}

async function catchFailure<T>(root: string, name: string, work: () => Promise<T>): Promise<T | CleanEntry> {
  try {
    return await work();
  } catch (error) {
    const told =
      error instanceof ExpectedError ? error : describeFileError(error, join(root, name), 'remove the run');
    return { name, kept: told.message, rescued: [], failed: true };
  }
}

type Removal = { remove: true; rescued: string[] } | { remove: false; reason: string; failed?: boolean };

/**
 * Decides again under the run's lock. The run's git worktrees are removed first, with their work rescued; if one cannot be removed,
 * the run is kept. Then the run's directory is renamed, so that it disappears at once, and deleted.
 */
async function removeRun(root: string, name: string, rule: CleanRule, markers: string): Promise<Removal> {
  const dir = join(root, name);
  const trees = treesFolder(dir);
  const lock = tryLock(join(dir, 'run.lock'));
  if (!lock) return { remove: false, reason: 'another process is working on it' };
  const gone = join(root, formatLeftoverName(name));
  let rescued: string[] = [];
  try {
    const decision = decideRemoval(inspectEntry(root, name, new Date(rule.now)), rule);
    if (!decision.remove) return decision;
    const removal = await removeTrees(dir);
    if (!removal.ok) return { remove: false, reason: removal.reason, failed: true };
    rescued = removal.rescued;
    // It is empty now, except for the engine's own records.
    if (isTreesFolderOf(name, trees)) fs.removeSync(dirname(trees));
    fs.moveSync(dir, gone, { overwrite: true });
  } finally {
    lock.release();
  }
  unbindRun(markers, dir);
  const left = removeLeftover(gone);
  return left.remove ? { remove: true, rescued } : left;
}

/** Whether this is `.trees/RUN/builds`, the folder of a run's worktrees outside of its run directory: a damaged manifest may name any other folder. */
function isTreesFolderOf(run: string, trees: string): boolean {
  const [parent, top] = [dirname(trees), dirname(dirname(trees))];
  return basename(trees) === 'builds' && basename(parent) === run && basename(top) === TREES_FOLDER;
}

function removeLeftover(path: string): Removal {
  // The work in worktrees of a renamed run was not rescued, so they are kept.
  if (mayContainTrees(path)) {
    const reason = `${treesFolder(path)} may contain a git worktree`;
    return { remove: false, reason, failed: true };
  }
  fs.removeSync(path);
  return { remove: true, rescued: [] };
}
