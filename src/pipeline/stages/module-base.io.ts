import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { isAncestor } from '../../system/git/repository.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';

/** A module whose commit passed QC. */
export interface PassedModule {
  module: string;
  commit: string;
}

export type ModuleBase =
  | { ok: true; commit: string }
  | { ok: false; conflicting: PassedModule; onto: string; conflicts: MergeConflict[] };

/**
 * The commit that a module's branch starts from: the integration branch with all that the module depends on merged in, in the
 * contract's order. No worktree and no branch is touched.
 */
export async function createModuleBase(
  repository: string,
  integration: string,
  dependencies: readonly PassedModule[],
): Promise<ModuleBase> {
  let base = integration;
  for (const dependency of dependencies) {
    if (await isAncestor(repository, dependency.commit, base)) continue;
    const prediction = await predictOrThrow(repository, base, dependency.commit);
    if (!prediction.clean)
      return { ok: false, conflicting: dependency, onto: base, conflicts: prediction.conflicts };
    base = await commitMerge(
      repository,
      prediction.tree,
      [base, dependency.commit],
      `Start from ${dependency.module}\n`,
    );
  }
  return { ok: true, commit: base };
}
