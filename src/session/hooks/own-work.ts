import { parseChain, parseTokens, takeRedirections } from './shell.ts';

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
 * human approved with the contract, from the top of the worktree. Pure.
 */
export function isOwnWork(command: string, tests: readonly string[], places: Places): boolean {
  const calls = parseChain(command) ?? [];
  const approved = staysAtTop(command, calls, places)
    ? tests.map((test) => JSON.stringify(parseChain(test)?.[0]))
    : [];
  return (
    calls.length > 0 &&
    calls.every((call) => approved.includes(JSON.stringify(call)) || isQuiet(call, places.isHome))
  );
}

/**
 * Whether a command does nothing but read files and git's records, commit, or write what it prints to a file for which `isKept` is false. A shell finds such a
 * file from the folder in which the command starts. Pure.
 */
export function onlyReads(command: string, isKept: (path: string) => boolean = () => true): boolean {
  const { rest, targets } = takeRedirections(command);
  const calls = parseTokens(rest) ?? [];
  const isPlaced = targets.length === 0 || !calls.some(([name]) => name === 'cd');
  return (
    calls.length > 0 &&
    isPlaced &&
    !targets.some(isKept) &&
    calls.every((call) => isQuiet(call, () => true) || isReading(call))
  );
}

/** Programs that only read files, with all their flags. */
const READING = new Set(
  'basename cmp cut diff dirname echo grep jq md5sum nl printf readlink realpath sha1sum sha256sum stat tr true'.split(
    ' ',
  ),
);
const FIND_WRITES = /^-(?:delete|exec|execdir|ok|okdir|fls|fprint.*)$/;
const SED_PRINTS = /^(?:\d+|\$)?(?:,(?:\d+|\$))?p$/;

function isReading([name = '', ...args]: readonly string[]): boolean {
  if (READING.has(name)) return true;
  if (name === 'rg') return !args.some((word) => /^--(?:pre|hostname-bin)/.test(word));
  if (name === 'find') return !args.some((word) => FIND_WRITES.test(word));
  const [flag, script = ''] = args;
  return (
    name === 'sed' &&
    flag === '-n' &&
    SED_PRINTS.test(script) &&
    !args.slice(2).some((word) => word.startsWith('-'))
  );
}

/** Whether all calls run at the top of the worktree: elsewhere the words of a test command name another file. */
function staysAtTop(command: string, calls: readonly (readonly string[])[], { isTop }: Places): boolean {
  const [first, ...rest] = calls;
  const leaves = ([name, folder = '']: readonly string[]) => name === 'cd' && !isTop(folder);
  if (calls.some(leaves)) return false;
  // After `;` or a pipe a `cd` may not have taken place.
  const isAnded = parseChain(command, new Set(['&&'])) !== undefined;
  return isTop('.') || (first?.[0] === 'cd' && isAnded && !rest.some(([name]) => name === 'cd'));
}

/** Where a path is, as seen from the folder in which the command starts. */
export interface Places {
  /** Whether it is the agent's worktree or in it. */
  isHome: (path: string) => boolean;
  /** Whether it is the top of the agent's worktree. */
  isTop: (path: string) => boolean;
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
