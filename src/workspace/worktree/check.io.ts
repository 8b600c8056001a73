import { realpathSync } from 'node:fs';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { describeGitFailure } from '../../system/git/failure.ts';
import { ExpectedError, type Result, reject } from '../../system/result.ts';
import { catchExpectedError } from './site.io.ts';
import { worktreeProblems } from './wording.ts';

export interface CheckedTree {
  place: string;
  branch: string;
  head: string;
}

/** Checks that a directory is the top of a worktree and on its branch. Call it before work in the worktree is accepted. */
export function checkWorktree(place: string, branch: string): Promise<Result<CheckedTree>> {
  return catchExpectedError(async () => {
    const args = ['rev-parse', '--verify', 'HEAD^{commit}'];
    const head = (await askGit(place, args)).trim();
    const top = (await askGit(place, ['rev-parse', '--show-toplevel'])).slice(0, -1);
    if (top !== realpathSync(place)) throw new ExpectedError(reject(worktreeProblems.otherPlace(place, top)));
    const { code, stdout } = await callGit(place, ['symbolic-ref', '--quiet', 'HEAD']);
    const found = code === 0 ? stdout.trim().replace(/^refs\/heads\//, '') : 'no branch (detached)';
    if (found !== branch) throw new ExpectedError(reject(worktreeProblems.otherBranch(place, branch, found)));
    return { place, branch, head };
  });
}

/**
 * All paths that a branch has changed since it left its base; a rename counts with both names. Paths are relative to the top of the
 * repository and sorted by git.
 */
export function listBranchChanges(
  directory: string,
  base: string,
  branch: string,
): Promise<Result<string[]>> {
  return catchExpectedError(async () => {
    const how = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
    const args = ['diff', ...how, '--end-of-options', `${base}...${branch}`];
    const { code, stdout, stderr } = await callGit(directory, args);
    if (code !== 0) throw new ExpectedError(reject(describeGitFailure(directory, args, { code, stderr })));
    return stdout.split('\0').filter((path) => path !== '');
  });
}
