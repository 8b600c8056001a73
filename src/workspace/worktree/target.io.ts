import { findCommit } from '../../system/git/repository.io.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { branchOf, INTEGRATION } from './names.ts';
import type { Site } from './site.io.ts';
import { worktreeProblems } from './wording.ts';

/** Resolves the branch or commit with finished work: the given one, otherwise the integration branch, otherwise HEAD. */
export async function resolveTarget(
  site: Site,
  given: string | undefined,
): Promise<Result<{ name: string; commit: string }>> {
  const { directory } = site.repo;
  const integration = branchOf(site.run, INTEGRATION);
  for (const name of given === undefined ? [integration, 'HEAD'] : [given]) {
    const commit = await findCommit(directory, name);
    if (commit !== undefined) return accept({ name, commit });
  }
  return reject(
    given === undefined ? worktreeProblems.unborn(directory) : worktreeProblems.noTarget(directory, given),
  );
}
