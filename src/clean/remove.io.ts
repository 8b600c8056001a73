import { join } from 'node:path';
import fs from 'fs-extra';
import { describeFileError } from '../adapters/files/file-error.ts';
import { tryLock } from '../adapters/files/lock.ts';
import { unbindRun } from '../run/sessions.io.ts';
import { type CleanDecision, type CleanRule, decideClean } from './decide.ts';
import { inspectEntry, leftoverName } from './inspect.io.ts';

export interface CleanEntry {
  name: string;
  /** Why it stays; null for what was removed, or would be. */
  kept: string | null;
  /** It was to be removed and could not be. */
  failed?: true;
}

export type CleanMode = 'remove' | 'dry-run';

/** Removes what the rule lets go from a runs root; says of every entry what became of it. */
export function cleanRoot(root: string, rule: CleanRule, mode: CleanMode): CleanEntry[] {
  return fs
    .readdirSync(root)
    .filter((name) => name !== '.sessions')
    .sort()
    .map((name) => {
      const decision = decideClean(inspectEntry(root, name, new Date(rule.now)), rule);
      if (!decision.remove) return { name, kept: decision.reason };
      return mode === 'dry-run' ? { name, kept: null } : tryRemove(root, name, rule);
    });
}

function tryRemove(root: string, name: string, rule: CleanRule): CleanEntry {
  try {
    const decision = name.startsWith('.') ? removeLeftover(join(root, name)) : removeRun(root, name, rule);
    return { name, kept: decision.remove ? null : decision.reason };
  } catch (error) {
    const described = describeFileError(error, join(root, name), 'remove the run');
    return { name, kept: described.message, failed: true };
  }
}

/** Decides once more with no other decider of the run beside it; then it vanishes at once and is deleted after that. */
function removeRun(root: string, name: string, rule: CleanRule): CleanDecision {
  const dir = join(root, name);
  const lock = tryLock(join(dir, 'run.lock'));
  if (!lock) return { remove: false, reason: 'another process is working on it' };
  const gone = join(root, leftoverName(name));
  try {
    const decision = decideClean(inspectEntry(root, name, new Date(rule.now)), rule);
    if (!decision.remove) return decision;
    fs.moveSync(dir, gone, { overwrite: true });
  } finally {
    lock.release();
  }
  unbindRun(root, dir);
  return removeLeftover(gone);
}

function removeLeftover(path: string): CleanDecision {
  fs.removeSync(path);
  return { remove: true };
}
