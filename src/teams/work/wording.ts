import { plainText } from '../../findings/plain-text.ts';
import type { Problem } from '../../system/result.ts';

/** Texts of `sao work`: refusals, what an attempt lacks, and its progress lines. */
export const workProblems = {
  noRepository: (path: string): Problem => ({
    code: 'repository-missing',
    message: `${path} is not in a git repository`,
    target: '--repo',
    fix: 'name a clone: --repo NAME=PATH',
  }),
  repositoryTwice: (name: string): Problem => ({
    code: 'repository-twice',
    message: `--repo names ${JSON.stringify(plainText(name, 60))} twice`,
    target: '--repo',
    fix: 'give each repository one clone',
  }),
  badRemote: (path: string, reason: string): Problem => ({
    code: 'remote-unreachable',
    message: `git cannot fetch into ${path}: ${plainText(reason, 300)}`,
    target: path,
    fix: `check it there: git -C ${path} fetch`,
  }),
};

export const workTexts = {
  noBase: (names: readonly string[]) => `none of these names a commit to start from: ${names.join(', ')}`,
  dependencyMissing: (task: string, commit: string) =>
    `commit ${commit} of ${task}, which this task builds on, is not in the repository`,
  dependencyConflict: (task: string, paths: readonly string[]) =>
    `the work of ${task}, which this task builds on, conflicts with the start in ${paths.slice(0, 10).join(', ')}`,
  noCommit: 'there is no new commit',
  notClean: (paths: readonly string[]) =>
    `${paths.length} paths are not committed: ${paths.slice(0, 10).join(', ')}`,
  strayPaths: (paths: readonly string[]) =>
    `it changed ${paths.length} paths that the task does not allow: ${paths.slice(0, 10).join(', ')}`,
  testFailed: (command: string, end: string, tail: string) => `\`${command}\` failed (${end}): ${tail}`,
  notDescending: 'its branch no longer contains the commit that it started from',
  mergeConflict: (branch: string, paths: readonly string[]) =>
    `it conflicts with ${branch} in ${paths.slice(0, 10).join(', ')}`,
  mergedTestFailed: (branch: string, end: string) => `merged into ${branch}, its test fails (${end})`,
  branchInUse: (branch: string, place: string) =>
    `branch ${branch} is checked out at ${place}, so it cannot be moved; check out another branch there`,
  mergeRaced: (branch: string) => `others moved ${branch} at each of several tries to merge`,
  claimed: (task: string, attempt: number, title: string) =>
    `${task}: claimed, attempt ${attempt}: ${plainText(title, 100)}`,
  ended: (task: string, words: string) => `${task}: ${plainText(words, 300)}`,
  limited: (until: string) => `the service refuses agents until ${until}: no task is claimed before`,
  unreachable: (reason: string) => `${plainText(reason, 300)}; trying again`,
  idle: 'nothing to claim; waiting',
  taken: 'the claim was lost, so the work was stopped',
  spent: (usd: number, bound: number) =>
    `$${usd.toFixed(2)} of --max-cost $${bound.toFixed(2)} are spent: no further task is claimed`,
};
