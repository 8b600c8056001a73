import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TREES_FOLDER } from '../../run/ledger/roots.io.ts';
import { treesFolder } from '../../run/ledger/store.io.ts';
import { isMissing } from '../../system/files/is-missing.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { findCommit, openRepository, type Repository } from '../../system/git/repository.io.ts';
import {
  accept,
  catchExpectedError,
  ExpectedError,
  fault,
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
  /** The run directory. */
  runDir: string;
  /** The folder of its worktrees. */
  builds: string;
}

/** Opens the repository of a run for worktrees and creates their folder. Fails with the reason if the repository is not usable. */
export function openSite(given: { project: string; runDir: string; run: string }): Promise<Result<Site>> {
  return catchExpectedError(async () => {
    if (isMissing(given.project))
      throw new ExpectedError(fault(worktreeProblems.projectMissing(given.run, given.project)));
    const repo = await openRepository(given.project);
    // Git stores real paths in its files, and they are compared with these paths.
    const runDir = realpathSync(given.runDir);
    // Builders write their reports there, also if the worktrees are elsewhere.
    unwrap(ensurePrivateDir(join(runDir, 'builds')));
    return { repo, run: given.run, runDir, builds: openTrees(treesFolder(runDir)) };
  });
}

/** Creates the folder of a run's worktrees, `ROOT/.trees/RUN/builds`, and its missing parents: a reboot may have removed all of them. */
function openTrees(folder: string): string {
  const parents = [dirname(dirname(dirname(folder))), dirname(dirname(folder)), dirname(folder), folder];
  const isApart = parents[1]?.endsWith(`/${TREES_FOLDER}`);
  for (const path of isApart ? parents : [folder]) unwrap(ensurePrivateDir(path));
  return realpathSync(folder);
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
