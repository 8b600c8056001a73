import { type KnownConflict, readConflicts } from '../../contract/conflicts.io.ts';
import type { ContractFiles } from '../../contract/contract-files.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { treesOfRun } from '../../contract/reports.io.ts';
import { contractErrors } from '../../contract/wording.ts';
import { ExpectedError, reject, unwrap } from '../../system/result.ts';
import { branchOf, INTEGRATION, worktreePath } from '../../workspace/worktree/names.ts';
import { hasWorktree } from '../../workspace/worktree/prepare.io.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';
import { checkWorktree } from '../../workspace/worktree/tree-work.io.ts';

/** A conflict of a run with the integration worktree and its contract. */
export interface ConflictContext {
  site: Site;
  worktree: string;
  files: ContractFiles;
  conflict: KnownConflict;
}

/** Reads a conflict with its contract from disk. Throws expected errors. */
export async function readConflictContext(
  site: Site,
  { dir, name }: { dir: string; name: string },
): Promise<ConflictContext> {
  const worktree = worktreePath(site, INTEGRATION);
  if (!hasWorktree(site, INTEGRATION))
    throw new ExpectedError(reject(contractErrors.noIntegration(site.run)));
  unwrap(await checkWorktree(worktree, branchOf(site.run, INTEGRATION)));
  const files = unwrap(readContractFiles(worktree));
  const conflicts = unwrap(readConflicts(treesOfRun(dir), files));
  const conflict = conflicts.find((each) => each.name === name);
  if (!conflict)
    throw new ExpectedError(
      reject(
        contractErrors.noConflict(
          name,
          conflicts.map((each) => each.name),
        ),
      ),
    );
  return { site, worktree, files, conflict };
}
