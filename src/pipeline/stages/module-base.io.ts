import type { Conflict } from '../../run/ledger/trouble.ts';
import { isAncestor } from '../../system/git/repository.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predict } from '../../workspace/merge/predict.io.ts';

/** A module whose commit passed QC. */
export interface Passed {
  module: string;
  commit: string;
}

export type ModuleBase =
  | { ok: true; commit: string }
  | { ok: false; conflicting: Passed; onto: string; conflicts: Conflict[] };

/**
 * The commit that a module's branch starts from: the integration branch with all that the module depends on merged in, in the
 * contract's order. No worktree and no branch is touched.
 */
export async function makeModuleBase(
  directory: string,
  integration: string,
  needed: readonly Passed[],
): Promise<ModuleBase> {
  let base = integration;
  for (const passed of needed) {
    if (await isAncestor(directory, passed.commit, base)) continue;
    const prediction = await predict(directory, base, passed.commit);
    if (!prediction.clean)
      return { ok: false, conflicting: passed, onto: base, conflicts: prediction.conflicts };
    base = await commitMerge(
      directory,
      prediction.tree,
      [base, passed.commit],
      `Start from ${passed.module}\n`,
    );
  }
  return { ok: true, commit: base };
}
