import { parseChain } from './shell.ts';

/** Git commands that affect only the agent's own branch, each with the flags that start no program and write no other file. */
const GIT: Readonly<Record<string, readonly string[]>> = {
  status: ['--short', '--porcelain', '-s', '-b'],
  diff: ['--stat', '--cached', '--staged', '--name-only', '--name-status'],
  log: ['--oneline', '--stat', '-n'],
  show: ['--stat', '--name-only', '--name-status'],
  add: ['-A', '--all', '-u'],
  commit: ['-m', '--message', '-q', '--quiet', '-a', '--all', '-am', '-qm', '--allow-empty', '--no-edit'],
  branch: ['--show-current'],
  'rev-parse': ['--abbrev-ref', '--short'],
};

/** Commands that only read, with all their flags. */
const READERS = new Set(['ls', 'cat', 'head', 'tail', 'wc', 'grep']);

const WITH_VALUE = /^--(?:format|pretty)=|^-\d+$/;

/**
 * Whether a command of an agent in its worktree needs no question: it reads files or its branch, commits to it, or runs a test command that a
 * human approved with the contract. `isHome` returns whether a folder is in its worktree. Pure.
 */
export function isOwnWork(
  command: string,
  tests: readonly string[],
  isHome: (path: string) => boolean,
): boolean {
  const approved = tests.map((test) => JSON.stringify(parseChain(test)?.[0]));
  const calls = parseChain(command);
  return calls?.every((call) => approved.includes(JSON.stringify(call)) || isQuiet(call, isHome)) === true;
}

function isQuiet([name = '', ...args]: readonly string[], isHome: (path: string) => boolean): boolean {
  if (name === 'pwd') return args.length === 0;
  if (name === 'cd') return args.length === 1 && isHome(args[0] ?? '');
  if (READERS.has(name))
    return args.every((word) => (word.startsWith('-') ? !word.includes('/') : isHome(word)));
  const [verb = '', ...rest] = args;
  const flags = name === 'git' && Object.hasOwn(GIT, verb) ? GIT[verb] : undefined;
  if (flags === undefined) return false;
  if (verb === 'branch' && rest.join() !== '--show-current') return false;
  const isPlain = (word: string) => !/^\/|(?:^|\/)\.\.(?:\/|$)/.test(word) || isHome(word);
  return rest.every((word) =>
    word.startsWith('-') ? flags.includes(word) || WITH_VALUE.test(word) : verb === 'commit' || isPlain(word),
  );
}
