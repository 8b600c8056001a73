import { NAME_RULE, quoteName } from '../../run/ledger/names.ts';
import { INTEGRATION } from './names.ts';

const quote = (path: string) => JSON.stringify(path);

/** Every refusal of this feature: what is wrong, where, and what to do. */
export const refuse = {
  name: (given: string) => ({
    code: 'worktree-name',
    message: `${quoteName(given)} is no name for a module`,
    target: given,
    fix: `use ${NAME_RULE}, not ending in "." or ".lock", and not "${INTEGRATION}"`,
  }),
  noBase: (project: string, given: string) => ({
    code: 'worktree-base',
    message: `there is no commit ${quoteName(given)} in ${project}`,
    target: given,
    fix: `name a commit that is there: git -C ${quote(project)} log --oneline -5`,
  }),
  unborn: (project: string) => ({
    code: 'worktree-no-commit',
    message: `${project} has no commit yet, and a worktree starts from one`,
    target: project,
    fix: `git -C ${quote(project)} add -A && git -C ${quote(project)} commit -m "First commit"`,
  }),
  placeTaken: (place: string) => ({
    code: 'worktree-place-taken',
    message: `${place} exists and is no worktree of this run`,
    target: place,
    fix: `look at what it is, then move it away: mv ${quote(place)} ${quote(`${place}.kept`)}`,
  }),
  otherBranch: (place: string, branch: string, found: string) => ({
    code: 'worktree-wrong-branch',
    message: `${place} is on ${found}, not on ${branch}`,
    target: place,
    fix: `git -C ${quote(place)} switch ${branch}`,
  }),
  otherPlace: (place: string, found: string) => ({
    code: 'worktree-wrong-place',
    message: `${place} is not the top of a worktree: git takes it for a part of ${found}`,
    target: place,
    fix: `sao worktree list shows where the worktrees are`,
  }),
  otherBase: (branch: string, base: string) => ({
    code: 'worktree-base-differs',
    message: `the branch ${branch} is there already and does not come from ${base.slice(0, 12)}`,
    target: branch,
    fix: 'remove it first (`sao worktree remove`): its commits are kept under a rescue ref',
  }),
  elsewhere: (branch: string, place: string) => ({
    code: 'worktree-branch-elsewhere',
    message: `the branch ${branch} is checked out in ${place}`,
    target: place,
    fix: `git -C ${quote(place)} switch --detach`,
  }),
  locked: (place: string, reason: string) => ({
    code: 'worktree-locked',
    message: `${place} is locked${reason === '' ? '' : `: ${reason}`}`,
    target: place,
    fix: `git worktree unlock ${quote(place)}`,
  }),
  unknown: (run: string, module: string) => ({
    code: 'worktree-unknown',
    message: `run ${run} has no worktree and no branch for ${quoteName(module)}`,
    target: module,
    fix: `sao worktree list ${run}`,
  }),
  noTarget: (project: string, target: string) => ({
    code: 'worktree-target',
    message: `there is no commit ${quoteName(target)} in ${project} to hold the work`,
    target,
    fix: 'name the branch that the work should be in with --target',
  }),
};

export const rescueMessage = (what: { module: string; run: string; place: string; head: string }) =>
  `Work of ${what.module} (run ${what.run}), kept before its worktree was removed

The tree is what was in ${what.place}, committed or not.
The first parent is its HEAD (${what.head}); the others are commits, or a staged state, that nothing else holds.
`;
