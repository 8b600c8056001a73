import { mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brainNameOf, builderBrain } from '../../contract/rights.ts';
import { readBrain } from '../../memory/brains/brains.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readPlanFile } from '../../run/ledger/store.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { resolveInside } from '../../system/files/safe-dir.ts';
import { askGit } from '../../system/git/call.io.ts';
import { askLookUp } from '../../system/git/look-up.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { type Diagnostic, unwrap, warn } from '../../system/result.ts';
import { branchOf, worktreePath } from '../../workspace/worktree/names.ts';
import { hasWorktree } from '../../workspace/worktree/prepare.io.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';
import { checkWorktree } from '../../workspace/worktree/tree-work.io.ts';
import { addBrainNote } from './resolve.ts';

/** Reads a module's brain file in a tree; empty if it is missing. Throws an ExpectedError if it is not a regular file. */
export function readBuilderBrain(tree: string, module: string): string {
  return unwrap(readBrain(tree, brainNameOf('builder', module))) ?? '';
}

/**
 * Adds a note to the brain file of each module with a worktree and commits it; a running builder commits it with its own work. Returns a
 * warning for each module that could not be notified.
 */
export async function notifyBuilders(
  site: Site,
  dir: string,
  state: RunState,
  modules: readonly string[],
  note: string,
): Promise<Diagnostic[]> {
  const modulesAtWork = modulesWithRunningBuilder(dir, state);
  const warnings: Diagnostic[] = [];
  for (const module of modules.filter((each) => hasWorktree(site, each))) {
    const worktree = worktreePath(site, module);
    const worktreeCheck = await checkWorktree(worktree, branchOf(site.run, module));
    if (!worktreeCheck.ok)
      warnings.push(...worktreeCheck.diagnostics.map((each) => notNotified(module, each.message)));
    else
      await writeBuilderNote({
        dir,
        worktree,
        module,
        note,
        shouldCommit: !modulesAtWork.has(module),
      });
  }
  return warnings;
}

interface BuilderNote {
  dir: string;
  worktree: string;
  module: string;
  note: string;
  shouldCommit: boolean;
}

async function writeBuilderNote({
  dir,
  worktree: place,
  module,
  note,
  shouldCommit: commits,
}: BuilderNote): Promise<void> {
  const brainText = readBuilderBrain(place, module);
  const newText = addBrainNote(brainText, note);
  const path = builderBrain(module);
  if (newText !== brainText) {
    const brainPath = unwrap(resolveInside(place, path));
    mkdirSync(dirname(brainPath), { recursive: true });
    replaceFile(dir, brainPath, newText);
  }
  if (!commits || (await askLookUp(place, ['status', '--porcelain', '--', path])) === '') return;
  await askGit(place, ['add', '--', path]);
  await askGit(place, ['commit', '--quiet', '--only', '-m', `Note for the builder of ${module}`, '--', path]);
}

/** Replaces a file atomically. The temporary file is outside of the worktree, where no builder can commit it. */
function replaceFile(dir: string, path: string, text: string): void {
  const temporaryPath = join(dir, `.${basename(path)}.${randomHex(12)}.new`);
  writeAtomic(temporaryPath, text, { mode: 0o644 });
  renameSync(temporaryPath, path);
}

/** The modules whose builder is running. */
function modulesWithRunningBuilder(dir: string, { agents }: RunState): Set<string> {
  const plan = unwrap(readPlanFile(dir));
  const builders = (plan?.agents ?? []).filter(
    ({ id, role }) => role === 'builder' && agents.get(id)?.running,
  );
  return new Set(builders.flatMap(({ module }) => module ?? []));
}

function notNotified(module: string, cause: string): Diagnostic {
  return warn('conflict-not-told', `the builder of ${module} could not be informed: ${cause}`, {
    target: builderBrain(module),
    fix: 'sao worktree repair, then run the same command again',
  });
}
