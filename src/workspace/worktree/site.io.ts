import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { findCommit, openRepository, type Repository } from '../../system/git/repository.io.ts';
import { ExpectedError, type Result, reject, unwrap } from '../../system/result.ts';
import { refuse } from './wording.ts';

/** Where the worktrees of one run are: the repository that they belong to, and the folder that they stand in. */
export interface Site {
  repo: Repository;
  run: string;
  builds: string;
}

/** Opens the project of a run for worktrees: makes `builds/`, and says clearly why a repository cannot be worked in. */
export function openSite(given: { project: string; runDir: string; run: string }): Promise<Result<Site>> {
  return expected(async () => {
    const repo = await openRepository(given.project);
    // Git writes real paths into its own files, and they are compared with ours.
    const builds = join(realpathSync(given.runDir), 'builds');
    unwrap(ensurePrivateDir(builds));
    return { repo, run: given.run, builds };
  });
}

export function placeOf(site: Site, module: string): string {
  return join(site.builds, module);
}

/** The object id of the commit that a caller names as a base. */
export async function resolveBase(site: Site, base: string): Promise<string> {
  const commit = await findCommit(site.repo.directory, base);
  if (commit !== undefined) return commit;
  const { directory } = site.repo;
  const hasCommits = (await findCommit(directory, 'HEAD')) !== undefined;
  throw new ExpectedError(reject(hasCommits ? refuse.noBase(directory, base) : refuse.unborn(directory)));
}

/** An expected failure that was thrown on the way becomes the value that callers look at. */
export async function expected<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work(), diagnostics: [] };
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
}
