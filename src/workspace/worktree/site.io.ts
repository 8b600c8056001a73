import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { findCommit, openRepository, type Repository } from '../../system/git/repository.io.ts';
import {
  accept,
  catchExpectedError,
  ExpectedError,
  type Result,
  reject,
  unwrap,
} from '../../system/result.ts';
import { branchOf, INTEGRATION } from './names.ts';
import { worktreeProblems } from './wording.ts';

/** The repository of a run's worktrees, and the folder that contains them. */
export interface Site {
  repo: Repository;
  run: string;
  builds: string;
}

/** Opens the repository of a run for worktrees and creates `builds/`. Fails with the reason if the repository is not usable. */
export function openSite(given: { project: string; runDir: string; run: string }): Promise<Result<Site>> {
  return catchExpectedError(async () => {
    const repo = await openRepository(given.project);
    // Git stores real paths in its files, and they are compared with these paths.
    const builds = join(realpathSync(given.runDir), 'builds');
    unwrap(ensurePrivateDir(builds));
    return { repo, run: given.run, builds };
  });
}

/** The object id of the commit that `base` names. Throws an ExpectedError if there is none. */
export async function resolveBase(site: Site, base: string): Promise<string> {
  const commit = await findCommit(site.repo.directory, base);
  if (commit !== undefined) return commit;
  const { directory } = site.repo;
  const hasCommits = (await findCommit(directory, 'HEAD')) !== undefined;
  throw new ExpectedError(
    reject(hasCommits ? worktreeProblems.noBase(directory, base) : worktreeProblems.unborn(directory)),
  );
}

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
