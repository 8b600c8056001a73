import { quoteName } from '../../run/ledger/names.ts';
import { quoteCommand } from '../../system/command-line.ts';

const quotePath = (path: string) => JSON.stringify(path);

export const formatMergeMessage = (module: string, run: string) => `Merge ${module} (run ${run})\n`;
export const formatShipMessage = (run: string, base: string) => `Merge run ${run} into ${base}\n`;

/** All errors of merging: what is wrong, where, and what to do. */
export const mergeProblems = {
  badCommit: (directory: string, said: string) => ({
    code: 'merge-bad-commit',
    message: `git cannot merge these commits in ${directory}: ${said.trim() || 'it gave no reason'}`,
    target: directory,
    fix: `check that both branches exist: git -C ${quotePath(directory)} branch --list`,
  }),
  oldGit: (directory: string) => ({
    code: 'git-too-old',
    message: 'this version of git cannot predict a merge (`git merge-tree --write-tree`)',
    target: directory,
    fix: 'Install git 2.38 or newer.',
  }),
  noSource: (module: string, source: string) => ({
    code: 'merge-no-source',
    message: `there is no commit ${quoteName(source)} to merge for ${quoteName(module)}`,
    target: source,
    fix: 'create its worktree (`sao worktree create`), and commit its work there',
  }),
  noBase: (directory: string, base: string) => ({
    code: 'ship-no-base',
    message: `there is no branch ${quoteName(base)} in ${directory}`,
    target: base,
    fix: `if it was renamed, make it again from its new name, then run the same command again: git -C ${quotePath(directory)} branch ${quotePath(base)} NEW-NAME (git -C ${quotePath(directory)} branch --list)`,
  }),
  noRemote: (directory: string, remote: string) => ({
    code: 'deliver-no-remote',
    message: `${directory} has no remote ${quoteName(remote)}`,
    target: remote,
    fix: `add it: git -C ${quotePath(directory)} remote add ${remote} URL; or name one of this list: git -C ${quotePath(directory)} remote -v`,
  }),
  branchTaken: ({ remote, branch }: { remote: string; branch: string }, taken: string) => ({
    code: 'deliver-branch-taken',
    message:
      taken === branch
        ? `${quoteName(remote)} has the branch ${branch} already`
        : `${quoteName(remote)} has the branch ${taken}, so git can create no branch ${branch} there`,
    target: remote,
    fix: `give the branch of this build another name: --branch build-${branch.replace(/^.*\//, '')}`,
  }),
  wrongBranch: (branch: string) => ({
    code: 'deliver-branch-name',
    message: `${quoteName(branch)} is no name for a branch`,
    target: '--branch',
    fix: 'use letters, digits, "-" and "/", for example: --branch build/billing',
  }),
  notPushed: (
    directory: string,
    { remote, branch, commit }: { remote: string; branch: string; commit: string },
    said: string,
  ) => ({
    code: 'deliver-not-pushed',
    message: `git could not push to ${branch} of ${quoteName(remote)}: ${said.trim() || 'it gave no reason'}`,
    target: remote,
    fix: `check that this works, then run the same command again: git -C ${quotePath(directory)} push ${remote} ${commit}:refs/heads/${branch}`,
  }),
  dirty: (place: string, base: string, paths: readonly string[]) => ({
    code: 'ship-checkout-dirty',
    message: `${base} is checked out in ${place} with uncommitted changes: ${formatSample(paths)}`,
    target: place,
    fix: `commit or stash the changes (git -C ${quotePath(place)} stash), or switch to another branch there, then run the same command again`,
  }),
  outdatedSubmodules: (place: string, base: string, paths: readonly string[]) => ({
    code: 'ship-submodules-moved',
    message: `${base} is checked out in ${place} with submodules at other commits than it records: ${formatSample(paths)}`,
    target: place,
    fix: `if you did not change them, bring them to the recorded commits: ${quoteCommand(['git', '-C', place, 'submodule', 'update', '--', ...paths])}; if you did, commit that. Then run the same command again`,
  }),
  movedUnder: (place: string, base: string, began: string) => ({
    code: 'ship-branch-moved-under-checkout',
    message: `${base} was moved without its checkout ${place}, for example by \`git update-ref\`: the files there are those of ${began.slice(0, 12)}, and no file was changed since`,
    target: place,
    fix: `do not commit them: that would undo the commits since. To take the move back: git -C ${quotePath(place)} update-ref refs/heads/${base} ${began}; to keep it: git -C ${quotePath(place)} reset --hard. Then run the same command again`,
  }),
  inTheWay: (place: string, said: string) => ({
    code: 'ship-files-in-the-way',
    message: `files in ${place} would be overwritten: ${said.trim()}`,
    target: place,
    fix: 'commit or move the files, then run the same command again',
  }),
  twice: (base: string, places: readonly string[]) => ({
    code: 'ship-checked-out-twice',
    message: `${base} is checked out in several places: ${places.join(', ')}`,
    target: base,
    fix: `switch all checkouts but one to another branch: git -C ${quotePath(places[1] ?? '')} switch --detach`,
  }),
  rebasing: (base: string, place: string) => ({
    code: 'ship-base-busy',
    message: `${base} is being rebased in ${place}`,
    target: place,
    fix: `finish the rebase (git -C ${quotePath(place)} rebase --continue) or abort it (git -C ${quotePath(place)} rebase --abort)`,
  }),
};

function formatSample(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map((path) => quoteName(path));
  return paths.length > shown.length ? `${shown.join(', ')} and ${paths.length - 5} more` : shown.join(', ');
}
