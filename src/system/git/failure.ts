import type { Diagnostic } from '../result.ts';

type Problem = Omit<Diagnostic, 'severity'>;
type KnownError = {
  when: RegExp;
  code: string;
  say(directory: string, found: RegExpExecArray): { message: string; fix: string };
};

/** Messages and fixes for git's known errors. The first pattern that matches stderr applies. */
const KNOWN_ERRORS: readonly KnownError[] = [
  {
    // Before the others: what a filter says about its own files is not about the repository.
    when: /(?:^|\n)fatal: (.+): (clean|smudge) filter '?([^\n']*)'? failed/,
    code: 'git-filter-failed',
    say: (directory, { 1: path, 2: kind, 3: name, input }) => ({
      message: `the ${kind} filter ${name} of ${path} in ${directory} failed: ${firstReason(input)}`,
      fix: `Try the filter: git -C ${JSON.stringify(directory)} status. If only sao fails, the sandbox keeps it from what it needs: name the folders that it writes in "sandboxWritable" of your configuration, or write "sandbox": "off" there`,
    }),
  },
  {
    when: /dubious ownership|unsafe repository/,
    code: 'git-foreign-owner',
    say: (directory) => ({
      message: `${directory} belongs to another user, and git does not trust it`,
      fix: `If you trust its content: git config --global --add safe.directory ${JSON.stringify(directory)}`,
    }),
  },
  {
    when: /not a git repository/,
    code: 'git-no-repository',
    say: (directory) => ({
      message: `${directory} is not in a git repository`,
      fix: `git -C ${JSON.stringify(directory)} init && git -C ${JSON.stringify(directory)} add -A && git -C ${JSON.stringify(directory)} commit --allow-empty -m "First commit"`,
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
    when: /bad (?:boolean |numeric )?config (?:line|value|variable|file)|bad numeric config/,
    code: 'git-bad-configuration',
    say: (directory, { input }) => ({
      message: `git cannot read its configuration in ${directory}: ${input.trim()}`,
      fix: `Correct the named line; of the repository's own file: git -C ${JSON.stringify(directory)} config --local --edit`,
    }),
  },
  {
    when: /Please tell me who you are|empty ident name|unable to auto-detect email/,
    code: 'git-no-identity',
    say: () => ({
      message: 'git has no author name and email for commits',
      fix: 'git config --global user.name "Your Name" && git config --global user.email you@example.com',
    }),
  },
  {
    when: /Unable to create '(.+\.lock)': File exists/,
    code: 'git-lock-left',
    say: (directory, [, lock]) => ({
      message: `another git process is running in ${directory}, or was killed there: ${lock} exists`,
      fix: `Wait for it to finish. If no git process runs there: rm ${JSON.stringify(lock)}`,
    }),
  },
  {
    when: /'refs\/heads\/([^']+)' exists; cannot create 'refs\/heads\/([^']+)'/,
    code: 'git-branch-in-the-way',
    say: (directory, [, branch, wanted]) => ({
      message: `the branch ${wanted} cannot be created while the branch ${branch} exists: git stores branches as files and folders`,
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
      message: `git has no permission to write in ${directory}`,
      fix: 'Check the owner and mode of the repository and of every directory above it (`ls -ld`).',
    }),
  },
];

/** The first line that is not git's own words about the filter. */
function firstReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => !/^(?:error: external filter|fatal: )/.test(line)) ?? lines[0] ?? '';
}

/** A setting of a repository with which git does not find its checkout any more. */
export type MisleadingSetting = 'core.bare' | 'core.worktree';

const MISLEADING: Readonly<Record<MisleadingSetting, { is: string; fix: string }>> = {
  'core.bare': { is: 'is true, so git does not look at the checkout', fix: 'core.bare false' },
  'core.worktree': {
    is: 'names another folder, so git does not look at the checkout',
    fix: '--unset-all core.worktree',
  },
};

/** Describes a setting with which git does not find the checkout in `directory`. Pure. */
function describeMisleadingSetting(directory: string, setting: MisleadingSetting): Problem {
  const { is, fix } = MISLEADING[setting];
  return {
    code: `git-${setting.replace('.', '-')}`,
    message: `${setting} in the configuration of the repository ${directory} ${is}`,
    target: directory,
    fix: `git -C ${JSON.stringify(directory)} config ${fix}`,
  };
}

/**
 * Describes why a git command failed, from its stderr and exit code. `misleading`: a setting with which git does not find the checkout. Pure.
 */
export function describeGitFailure(
  directory: string,
  args: readonly string[],
  said: { stderr: string; code: number; misleading?: MisleadingSetting | undefined },
): Problem {
  if (said.misleading !== undefined) return describeMisleadingSetting(directory, said.misleading);
  for (const { when, code, say } of KNOWN_ERRORS) {
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
