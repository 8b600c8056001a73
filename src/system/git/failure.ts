import type { Diagnostic } from '../result.ts';

type Problem = Omit<Diagnostic, 'severity'>;
type Wording = {
  when: RegExp;
  code: string;
  say(directory: string, found: RegExpExecArray): { message: string; fix: string };
};

/** What git's own words mean, and what to do about it. The first that fits is taken. */
const WORDINGS: readonly Wording[] = [
  {
    when: /dubious ownership|unsafe repository/,
    code: 'git-foreign-owner',
    say: (directory) => ({
      message: `${directory} belongs to another user, and git does not trust it`,
      fix: `If you trust what is in it: git config --global --add safe.directory ${JSON.stringify(directory)}`,
    }),
  },
  {
    when: /not a git repository/,
    code: 'git-no-repository',
    say: (directory) => ({
      message: `${directory} is not in a git repository`,
      fix: `git -C ${JSON.stringify(directory)} init && git -C ${JSON.stringify(directory)} add -A && git -C ${JSON.stringify(directory)} commit -m "First commit"`,
    }),
  },
  {
    when: /must be run in a work tree/,
    code: 'git-bare',
    say: (directory) => ({
      message: `${directory} is a bare repository: it has no checkout to work in`,
      fix: `git clone ${JSON.stringify(directory)} checkout, and start the run in checkout`,
    }),
  },
  {
    when: /Please tell me who you are|empty ident name|unable to auto-detect email/,
    code: 'git-no-identity',
    say: () => ({
      message: 'git does not know whose name to put on a commit',
      fix: 'git config --global user.name "Your Name" && git config --global user.email you@example.com',
    }),
  },
  {
    when: /Unable to create '(.+\.lock)': File exists/,
    code: 'git-lock-left',
    say: (directory, [, lock]) => ({
      message: `another git is at work in ${directory}, or was killed: ${lock} exists`,
      fix: `Let it finish; if no git runs there any more: rm ${JSON.stringify(lock)}`,
    }),
  },
  {
    when: /'refs\/heads\/([^']+)' exists; cannot create 'refs\/heads\/([^']+)'/,
    code: 'git-branch-in-the-way',
    say: (directory, [, branch, wanted]) => ({
      message: `the branch ${branch} stands in the way of ${wanted}: git keeps branches as files and folders`,
      fix: `git -C ${JSON.stringify(directory)} branch -m ${branch} ${branch?.replaceAll('/', '-')}-kept`,
    }),
  },
  {
    when: /'(.+)' is already (?:checked out|used by worktree) at '([\s\S]+)'/,
    code: 'git-branch-elsewhere',
    say: (_, [, branch, place = '']) => ({
      message: `the branch ${branch} is checked out in ${place}`,
      fix: `git -C ${JSON.stringify(place)} switch --detach`,
    }),
  },
  {
    when: /No space left on device|Disk quota exceeded/,
    code: 'disk-full',
    say: (directory) => ({
      message: `the disk is full (git in ${directory})`,
      fix: 'Free some space (`df -h`), then run the same command again.',
    }),
  },
  {
    when: /Permission denied|Read-only file system/,
    code: 'no-permission',
    say: (directory) => ({
      message: `git may not write in ${directory}`,
      fix: 'Check owner and mode of the repository and of every directory above it (`ls -ld`).',
    }),
  },
];

/** Why a git command failed, from what it said on stderr. Pure. */
export function describeGitFailure(
  directory: string,
  args: readonly string[],
  said: { stderr: string; code: number },
): Problem {
  for (const { when, code, say } of WORDINGS) {
    const found = when.exec(said.stderr);
    if (found) return { code, target: directory, ...say(directory, found) };
  }
  const [command = ''] = args.filter((word) => !word.startsWith('-'));
  return {
    code: 'git-failed',
    message: `git ${command} failed in ${directory}: ${said.stderr.trim() || `exit code ${said.code}`}`,
    target: directory,
    fix: `git -C ${JSON.stringify(directory)} ${args.map((word) => JSON.stringify(word)).join(' ')}`,
  };
}
