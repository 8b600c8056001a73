import { countOf } from '../findings/words.ts';
import { quoteName } from '../run/ledger/names.ts';
import { quoteCommand } from '../system/command-line.ts';
import type { Checkup } from './judge.ts';

/** Minimum output limit: one answer of a builder may contain a whole module's code. */
const MIN_OUTPUT_TOKENS = 128_000;
export const OUTPUT_TOKENS_VARIABLE = 'CLAUDE_CODE_MAX_OUTPUT_TOKENS';

/** Message and fix of a failed checkup. */
interface Problem {
  message: string;
  fix?: string | undefined;
}

/** Checks the client's output limit (`value`, as the client reads it). Agents of other programs do not need it. */
export function judgeOutputTokens(value: string | undefined, isClaude = true): Checkup {
  const check = 'tokens';
  const given = /^\s*\d{1,12}\s*$/.test(value ?? '') ? Number(value) : undefined;
  if (given !== undefined && given >= MIN_OUTPUT_TOKENS)
    return { check, level: 'ok', message: `${OUTPUT_TOKENS_VARIABLE} is ${given}` };
  const level = isClaude ? 'fail' : 'warn';
  const found = value === undefined ? 'is not set' : `is ${quoteName(value)}`;
  return {
    check,
    level,
    message: `${OUTPUT_TOKENS_VARIABLE} ${found}; a build needs at least ${MIN_OUTPUT_TOKENS}, because longer answers are cut off`,
    fix: `export ${OUTPUT_TOKENS_VARIABLE}=${MIN_OUTPUT_TOKENS} before the client starts, or "env": {"${OUTPUT_TOKENS_VARIABLE}": "${MIN_OUTPUT_TOKENS}"} in ~/.claude/settings.json`,
  };
}

/** Checks the author of the engine's and the builders' commits. */
export function judgeAuthor(name: string, email: string): Checkup {
  const missing = [...(name === '' ? ['user.name'] : []), ...(email === '' ? ['user.email'] : [])];
  if (missing.length === 0)
    return { check: 'author', level: 'ok', message: `commits are by ${name} <${email}>` };
  return {
    check: 'author',
    level: 'fail',
    message: `git has no ${missing.join(' and no ')} for commits`,
    fix: 'git config --global user.name "Your Name" && git config --global user.email you@example.com',
  };
}

/** Warns if git signs commits: agents commit too, and the key may be out of their reach. No checkup otherwise. */
export function judgeSigning(project: string, signsCommits: boolean): Checkup[] {
  if (!signsCommits) return [];
  return [
    {
      check: 'signing',
      level: 'warn',
      message:
        "commit.gpgSign is on: git signs the commits of agents too, and refuses them where your key needs you or an agent's socket, which the sandbox hides; a module without a commit fails",
      fix: `git -C ${JSON.stringify(project)} config commit.gpgSign false before the build, and sign what it delivers (git commit --amend --no-edit -S, or the merge of a branch of --deliver branch)`,
    },
  ];
}

/** Checks that the repository could be opened and has a commit to start worktrees from. */
export function judgeCommit(project: string, found: { commit: string | undefined } | Problem): Checkup {
  if ('message' in found) return failCheckup('commit', found);
  const { commit } = found;
  if (commit !== undefined)
    return { check: 'commit', level: 'ok', message: `${project} is at ${commit.slice(0, 12)}` };
  const at = `git -C ${JSON.stringify(project)}`;
  return failCheckup('commit', {
    message: `${project} has no commit yet, and a worktree needs a commit to start from`,
    fix: `${at} add -A && ${at} commit --allow-empty -m "First commit"`,
  });
}

/** The base branch, and the uncommitted paths in its checkout, as git prints them. */
export interface BaseState {
  /** Undefined if HEAD is detached. */
  branch: string | undefined;
  /** With a detached HEAD: the branch to return to; undefined if none is known. */
  likelyBranch?: string | undefined;
  changed: readonly string[];
  untracked: readonly string[];
}

/** Checks that the base is a branch without uncommitted changes. */
export function judgeBase(project: string, { branch, likelyBranch, changed, untracked }: BaseState): Checkup {
  const at = `git -C ${JSON.stringify(project)}`;
  if (branch === undefined)
    return failCheckup('branch', {
      message: `HEAD of ${project} is detached, so there is no branch to build on and to merge to`,
      fix:
        likelyBranch === undefined
          ? `${at} switch -c a-new-branch`
          : `${at} switch ${quoteCommand([likelyBranch])} (or ${at} switch -c a-new-branch)`,
    });
  if (changed.length > 0)
    return failCheckup('branch', {
      message: `${branch} has ${countOf(changed.length, 'change')} that ${changed.length === 1 ? 'is' : 'are'} not committed: ${formatSample(changed)}`,
      fix: `commit the changes, or stash them: ${at} stash`,
    });
  if (untracked.length === 0) return { check: 'branch', level: 'ok', message: `${branch} is clean` };
  return {
    check: 'branch',
    level: 'warn',
    message: `${branch} is clean, but builders do not see ${countOf(untracked.length, 'untracked file')}: ${formatSample(untracked)}`,
    fix: 'commit the files if the build needs them, or add them to .gitignore',
  };
}

/** The upstream of the current branch, and how many commits it has that the branch has not. */
export interface Upstream {
  name: string;
  behind: number;
}

/** Warns if the branch is behind its upstream: the build would start from old code. No checkup otherwise. */
export function judgeUpstream(project: string, upstream: Upstream | undefined): Checkup[] {
  if (upstream === undefined || upstream.behind === 0) return [];
  const { name, behind } = upstream;
  return [
    {
      check: 'upstream',
      level: 'warn',
      message: `the branch is ${countOf(behind, 'commit')} behind ${quoteName(name)} (as of the last fetch), so the build starts from old code`,
      fix: `git -C ${JSON.stringify(project)} pull --ff-only`,
    },
  ];
}

/** What a sparse checkout leaves out of the files of HEAD. */
export interface OmittedFiles {
  files: number;
  /** The project's configuration, if it is one of them. */
  config: string | undefined;
}

/** Warns that worktrees are whole where the checkout is sparse, and fails if the build would not see the project's configuration. */
export function judgeSparse(project: string, omitted: OmittedFiles | undefined): Checkup[] {
  if (omitted === undefined) return [];
  const { files, config } = omitted;
  if (config !== undefined)
    return [
      failCheckup('sparse', {
        message: `your sparse checkout leaves out ${config}, so a build would not follow the project's configuration`,
        fix: `git -C ${JSON.stringify(project)} sparse-checkout add .orchestration`,
      }),
    ];
  const message = `your checkout is sparse, and the worktrees of a build are not: they contain also the ${countOf(files, 'file')} that your checkout leaves out`;
  return [{ check: 'sparse', level: 'warn', message }];
}

/** Warns of submodules that are not initialised: they are empty in the worktrees too. No checkup otherwise. */
export function judgeSubmodules(project: string, empty: readonly { path: string }[]): Checkup[] {
  if (empty.length === 0) return [];
  return [
    {
      check: 'submodules',
      level: 'warn',
      message: `${countOf(empty.length, 'submodule')} ${empty.length === 1 ? 'is' : 'are'} not initialised, and empty in the worktrees of agents: ${formatSample(empty.map(({ path }) => path))}`,
      fix: `git -C ${JSON.stringify(project)} submodule update --init --recursive`,
    },
  ];
}

/** Warns of submodules whose recorded commit the user's copy lacks: they are older or empty in the worktrees. No checkup otherwise. */
export function judgeOutdatedSubmodules(project: string, outdated: readonly { path: string }[]): Checkup[] {
  if (outdated.length === 0) return [];
  return [
    {
      check: 'submodules',
      level: 'warn',
      message: `your copy of ${countOf(outdated.length, 'submodule')} lacks the commit that HEAD records, so agents do not get it: ${formatSample(outdated.map(({ path }) => path))}`,
      fix: `git -C ${JSON.stringify(project)} submodule update --init --recursive`,
    },
  ];
}

/** The files that git LFS manages. */
export interface LargeFiles {
  total: number;
  /** Those of the first files that are pointers in the checkout, without content. */
  pointers: readonly string[];
  isInstalled: boolean;
  /** Whether git is configured to fail without git-lfs. */
  isRequired: boolean;
  /** Whether GIT_LFS_SKIP_SMUDGE is set. */
  isSkipped: boolean;
}

/** Whether git fails at each LFS file, because the program that its configuration demands is missing. */
export function needsLfs(files: LargeFiles | undefined): boolean {
  return files !== undefined && !files.isInstalled && files.isRequired;
}

/** Warns if agents would find pointers instead of the content of LFS files, and fails if git cannot read them at all. No checkup otherwise. */
export function judgeLargeFiles(project: string, files: LargeFiles | undefined): Checkup[] {
  if (files === undefined) return [];
  const { total, pointers, isInstalled, isSkipped } = files;
  const count = countOf(total, 'LFS file');
  const warnWith = (message: string, fix: string): Checkup[] => [
    { check: 'lfs', level: 'warn', message, fix },
  ];
  if (needsLfs(files))
    return [
      failCheckup('lfs', {
        message: `git-lfs is not installed, and git is configured to need it (filter.lfs.required): no worktree with ${count} can be made`,
        fix: 'install git-lfs, then: git lfs install',
      }),
    ];
  if (!isInstalled)
    return warnWith(
      `git-lfs is not installed, so worktrees contain pointers instead of ${count}`,
      'install git-lfs, then: git lfs install',
    );
  if (isSkipped)
    return warnWith(
      `GIT_LFS_SKIP_SMUDGE is set, so worktrees contain pointers instead of ${count}`,
      'unset GIT_LFS_SKIP_SMUDGE if agents or tests need the content',
    );
  if (pointers.length === 0) return [];
  return warnWith(
    `${countOf(pointers.length, 'LFS file')} in your checkout ${pointers.length === 1 ? 'is a pointer' : 'are pointers'} without content: ${formatSample(pointers)}`,
    `git -C ${JSON.stringify(project)} lfs pull`,
  );
}

function failCheckup(check: Checkup['check'], { message, fix }: Problem): Checkup {
  return { check, level: 'fail', message, ...(fix === undefined ? {} : { fix }) };
}

const MAX_SHOWN_PATHS = 3;

function formatSample(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_SHOWN_PATHS).map((path) => quoteName(path));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
