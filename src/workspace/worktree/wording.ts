import { plainText } from '../../findings/plain-text.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { NAME_RULE, quoteName } from '../../run/ledger/names.ts';
import { INTEGRATION } from './names.ts';

const quotePath = (path: string) => JSON.stringify(path);

/** All errors of worktrees: what is wrong, where, and what to do. */
export const worktreeProblems = {
  name: (given: string) => ({
    code: 'worktree-name',
    message: `${quoteName(given)} is not a valid module name`,
    target: given,
    fix: `use ${NAME_RULE}, not ending in "." or ".lock", and not "${INTEGRATION}"`,
  }),
  noBase: (project: string, given: string) => ({
    code: 'worktree-base',
    message: `there is no commit ${quoteName(given)} in ${project}`,
    target: given,
    fix: `use a commit of this list: git -C ${quotePath(project)} log --oneline -5`,
  }),
  projectMissing: (run: string, project: string) => ({
    code: 'project-missing',
    message: `the project of the run ${run} is not at ${project}`,
    target: project,
    fix: `move it back there, or continue a build where its repository is now: sao build --resume ${run} --project NEW_PATH`,
  }),
  unborn: (project: string) => ({
    code: 'worktree-no-commit',
    message: `${project} has no commit yet, and a worktree needs a commit to start from`,
    target: project,
    fix: `git -C ${quotePath(project)} add -A && git -C ${quotePath(project)} commit --allow-empty -m "First commit"`,
  }),
  placeTaken: (place: string) => ({
    code: 'worktree-place-taken',
    message: `${place} exists and is not a worktree of this run`,
    target: place,
    fix: `check what it is, then rename it: mv ${quotePath(place)} ${quotePath(`${place}.kept`)}`,
  }),
  otherBranch: (place: string, branch: string, found: string) => ({
    code: 'worktree-wrong-branch',
    message: `${place} is on ${found}, not on ${branch}`,
    target: place,
    fix: `git -C ${quotePath(place)} switch ${branch}`,
  }),
  otherPlace: (place: string, found: string) => ({
    code: 'worktree-wrong-place',
    message: `${place} is not the top of a worktree; for git it is part of ${found}`,
    target: place,
    fix: 'find the worktrees: sao worktree list',
  }),
  otherBase: (branch: string, base: string) => ({
    code: 'worktree-base-differs',
    message: `the branch ${branch} exists and is not based on ${base.slice(0, 12)}`,
    target: branch,
    fix: 'remove it first (`sao worktree remove`); its commits are kept under a rescue ref',
  }),
  knownGone: (branch: string, commit: string) => ({
    code: 'worktree-known-gone',
    message: `the commit ${commit.slice(0, 12)}, which the ledger names for the branch ${branch}, is not in the repository`,
    target: branch,
    fix: `fetch it from a clone that has it, for example: git fetch <clone> ${branch}`,
  }),
  elsewhere: (branch: string, place: string) => ({
    code: 'worktree-branch-elsewhere',
    message: `the branch ${branch} is checked out in ${place}`,
    target: place,
    fix: `git -C ${quotePath(place)} switch --detach`,
  }),
  locked: (place: string, reason: string) => ({
    code: 'worktree-locked',
    message: `${place} is locked${reason === '' ? '' : `: ${reason}`}`,
    target: place,
    fix: `git worktree unlock ${quotePath(place)}`,
  }),
  inUse: (place: string, agents: readonly string[]) => ({
    code: 'worktree-in-use',
    message: `${agents.join(', ')} still ${agents.length === 1 ? 'works' : 'work'} in ${place}`,
    target: place,
    fix: 'wait for the agents to end: sao status --watch',
  }),
  ignoredTooLarge: (place: string, files: number, bytes: number) => ({
    code: 'worktree-ignored-too-large',
    message: `${place} has ${files} files that git ignores (${Math.ceil(bytes / 1024 / 1024)} MB), more than a rescue keeps`,
    target: place,
    fix: `move or delete those that you do not need: git -C ${quotePath(place)} status --ignored`,
  }),
  unknown: (run: string, module: string) => ({
    code: 'worktree-unknown',
    message: `run ${run} has no worktree and no branch for ${quoteName(module)}`,
    target: module,
    fix: `sao worktree list ${run}`,
  }),
  noTarget: (project: string, target: string) => ({
    code: 'worktree-target',
    message: `there is no commit ${quoteName(target)} in ${project} to compare the work with`,
    target,
    fix: 'pass the branch that should contain the work with --target',
  }),
};

const MAX_SHOWN_PATHS = 5;

/** All errors of making a worktree ready to work in: what is wrong, where, and what to do. */
export const preparationProblems = {
  notIgnored: (project: string, path: string) => ({
    code: 'worktree-copy-not-ignored',
    message: `${path} in ${project} matches worktree.copy, but git does not ignore it, so agents would commit it`,
    target: path,
    fix: `add it to .gitignore and commit that, or commit the file itself, or take it out of worktree.copy in .orchestration/config.json`,
  }),
  copiesNothing: (glob: string, isTracked: boolean) => ({
    message: isTracked
      ? `worktree.copy: git tracks what ${plainText(glob, 100)} matches, so each worktree has it as it is committed, and nothing is copied`
      : `worktree.copy: ${plainText(glob, 100)} matches no file, so nothing is copied`,
    target: 'worktree.copy',
    fix: 'write the path relative to the top of the repository, with ** for files in a folder, or take it out of .orchestration/config.json',
  }),
  tooMany: (project: string, count: number, most: number) => ({
    code: 'worktree-copy-too-many',
    message: `worktree.copy matches ${count} files in ${project}; at most ${most} are copied into each worktree`,
    target: project,
    fix: 'let worktree.setup create large folders, such as installed packages',
  }),
  noPorts: (base: number, size: number) => ({
    code: 'worktree-no-ports',
    message: `no range of ${size} ports from ${base} on is free for one more worktree`,
    target: 'worktree.ports',
    fix: 'lower worktree.ports.base or worktree.ports.size, or remove worktrees: sao worktree prune',
  }),
  notApproved: (setup: string) => ({
    code: 'worktree-setup-not-approved',
    message: `no human has approved worktree.setup of the project's .orchestration/config.json, which runs in each new worktree: ${plainText(setup, 200)}`,
    target: 'worktree.setup',
    fix: `if you trust it, run the same command yourself in a terminal; in a CI job without a human: with --unattended; or allow this exact line in ~/.config/sao/config.json: ${JSON.stringify({ allowCommands: [setup] })}`,
  }),
  notConfirmed: (setup: string) => ({
    code: 'approval-not-given',
    message: `worktree.setup was not approved, so it did not run: ${plainText(setup, 200)}`,
    target: 'worktree.setup',
    fix: 'run the same command again and type "yes"; or remove worktree.setup from .orchestration/config.json',
  }),
  setupFailed: (place: string, setup: string, end: string, run: { tail: string; outputPath: string }) => ({
    code: 'worktree-setup-failed',
    message: `no agent was started in ${place}, because its setup failed: ${plainText(setup, 200)}: ${end}\n${run.tail}`,
    target: run.outputPath,
    fix: `read ${run.outputPath}, fix the cause or worktree.setup in .orchestration/config.json, then run the same command again`,
  }),
  setupLeft: (place: string, setup: string, paths: readonly string[]) => ({
    code: 'worktree-setup-left-files',
    message: `${plainText(setup, 200)} changed files in ${place} that git does not ignore: ${paths
      .slice(0, MAX_SHOWN_PATHS)
      .map((path) => quoteName(path))
      .join(', ')}${paths.length > MAX_SHOWN_PATHS ? ` and ${paths.length - MAX_SHOWN_PATHS} more` : ''}`,
    target: place,
    fix: 'add what the setup creates to .gitignore, or use a command that changes no tracked file (`npm ci`, not `npm install`)',
  }),
};

export const formatRescueMessage = (what: { module: string; run: string; place: string; head: string }) =>
  `Work of ${what.module} (run ${what.run}), kept before its worktree was removed

The tree is what was in ${what.place}, committed or not.
The first parent is its HEAD (${what.head}); the others are commits, or a staged state, that nothing else holds.
`;

/** The question about a setup command. */
export const preparationTexts = {
  shown: (setup: string) => `worktree.setup of the project runs in each new worktree: ${verbatim(setup)}`,
  purpose: 'let it run',
};
