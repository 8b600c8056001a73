import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { findCommit, openRepository, type Repository } from '../../system/git/repository.io.ts';
import { ExpectedError, type Result, reject, unwrap } from '../../system/result.ts';
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

/** The directory of a module's worktree. */
export function worktreePath(site: Site, module: string): string {
  return join(site.builds, module);
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

/** Runs `work` and returns its value, or the failure of a thrown ExpectedError. */
export async function catchExpectedError<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work(), diagnostics: [] };
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
}
