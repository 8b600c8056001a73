import { countOf } from '../findings/words.ts';
import { quoteName } from '../run/ledger/names.ts';
import type { Checkup } from './judge.ts';

/** What a builder may need for one answer: a whole module's code. */
const LEAST_OUTPUT_TOKENS = 128_000;
export const OUTPUT_TOKENS = 'CLAUDE_CODE_MAX_OUTPUT_TOKENS';

/** How a checkup begins that says that something needed is missing. */
interface Problem {
  message: string;
  fix?: string | undefined;
}

/** `value` as the client sees it. Agents of another program do not ask for it. */
export function judgeOutputTokens(value: string | undefined, isClaude = true): Checkup {
  const check = 'tokens';
  const given = /^\s*\d{1,12}\s*$/.test(value ?? '') ? Number(value) : undefined;
  if (given !== undefined && given >= LEAST_OUTPUT_TOKENS)
    return { check, level: 'ok', message: `${OUTPUT_TOKENS} is ${given}` };
  const level = isClaude ? 'fail' : 'warn';
  const found = value === undefined ? 'is not set' : `is ${quoteName(value)}`;
  return {
    check,
    level,
    message: `${OUTPUT_TOKENS} ${found}; a build needs at least ${LEAST_OUTPUT_TOKENS}: a longer answer is cut off`,
    fix: `export ${OUTPUT_TOKENS}=${LEAST_OUTPUT_TOKENS} before the client starts, or "env": {"${OUTPUT_TOKENS}": "${LEAST_OUTPUT_TOKENS}"} in ~/.claude/settings.json`,
  };
}

/** Whose name the engine's and the builders' commits carry. */
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

/** The repository, opened or not, and its first commit. */
export function judgeCommit(project: string, found: { commit: string | undefined } | Problem): Checkup {
  if ('message' in found) return fail('commit', found);
  const { commit } = found;
  if (commit !== undefined)
    return { check: 'commit', level: 'ok', message: `${project} stands at ${commit.slice(0, 12)}` };
  const at = `git -C ${JSON.stringify(project)}`;
  return fail('commit', {
    message: `${project} has no commit yet, and worktrees start from one`,
    fix: `${at} add -A && ${at} commit -m "First commit"`,
  });
}

/** What the base branch is, and what in its checkout is not committed. Paths as git names them. */
export interface BaseState {
  /** Undefined where HEAD is detached. */
  branch: string | undefined;
  changed: readonly string[];
  untracked: readonly string[];
}

export function judgeBase(project: string, { branch, changed, untracked }: BaseState): Checkup {
  const at = `git -C ${JSON.stringify(project)}`;
  if (branch === undefined)
    return fail('branch', {
      message: `HEAD of ${project} is detached: there is no branch to build on and to merge to`,
      fix: `${at} switch main (or ${at} switch -c a-new-branch)`,
    });
  if (changed.length > 0)
    return fail('branch', {
      message: `${branch} has ${countOf(changed.length, 'change')} that ${changed.length === 1 ? 'is' : 'are'} not committed: ${sample(changed)}`,
      fix: `commit them, or put them aside: ${at} stash`,
    });
  if (untracked.length === 0) return { check: 'branch', level: 'ok', message: `${branch} is clean` };
  return {
    check: 'branch',
    level: 'warn',
    message: `${branch} is clean, but git does not know ${countOf(untracked.length, 'file')}, and no builder sees them: ${sample(untracked)}`,
    fix: 'commit them if the build needs them, or name them in .gitignore',
  };
}

function fail(check: Checkup['check'], { message, fix }: Problem): Checkup {
  return { check, level: 'fail', message, ...(fix === undefined ? {} : { fix }) };
}

const SHOWN = 3;

function sample(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).map((path) => quoteName(path));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
