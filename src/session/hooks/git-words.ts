import { type ShellToken, type ShellWord, tokenizeShell } from '../../system/shell-words.ts';

/** One call of git in a shell command. */
export interface GitCall {
  /** Where `-C` and `--git-dir` send it, in their order. */
  places: string[];
  name: string;
  args: string[];
}

/**
 * The git calls that are written plainly in a shell command. Calls behind a variable or a script are not found; the branch's diff is
 * checked before it is merged.
 */
export function findGitCalls(command: string): GitCall[] {
  return splitCommands(command).flatMap((words) => readGitCall(words) ?? []);
}

const WRAPPERS = new Set([
  'sudo',
  'command',
  'exec',
  'env',
  'time',
  'nohup',
  'nice',
  'then',
  'do',
  'else',
  '!',
  '{',
]);

function readGitCall(words: readonly string[]): GitCall | undefined {
  const start = words.findIndex((word) => !WRAPPERS.has(word) && !/^\w+=/.test(word));
  if (!/^(?:.*\/)?git$/.test(words[start] ?? '')) return undefined;
  const rest = words.slice(start + 1);
  const places: string[] = [];
  while (rest[0]?.startsWith('-')) {
    const [flag = '', inline] = (rest.shift() ?? '').split(/=(.*)/s);
    const value = TAKES_VALUE.test(flag) ? (inline ?? rest.shift()) : undefined;
    if (value !== undefined && NAMES_PLACE.test(flag)) places.push(value);
  }
  const [name, ...args] = rest;
  return name === undefined ? undefined : { places, name, args };
}

const NAMES_PLACE = /^(?:-C|--git-dir|--work-tree)$/;
const TAKES_VALUE = /^(?:-C|-c|--git-dir|--work-tree|--namespace)$/;

/** Operators that a command follows. All others are redirections, and a word follows them. */
const SEPARATOR = /^(?:&&|\|\||;;?&?|;&|&|\|&?|\(|\)|[<>]\()$/;

/** The words of each command in a command line, without redirections and heredocs. */
function splitCommands(command: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = tokenizeShell(command);
  for (const [index, token] of tokens.entries()) {
    if (endsCommand(token)) commands.push([]);
    if (token.kind !== 'word' || isPartOfRedirection(token, tokens[index - 1], tokens[index + 1])) continue;
    const [first = '', ...substituted] = splitAtBackticks(token);
    if (first !== '' || substituted.length === 0) commands.at(-1)?.push(first);
    commands.push(...substituted.map((text) => (text === '' ? [] : [text])));
  }
  return commands.filter((words) => words.length > 0);
}

function endsCommand(token: ShellToken): boolean {
  if (token.kind === 'newline') return !token.isContinued;
  return token.kind === 'operator' && SEPARATOR.test(token.text);
}

/** Whether a word is the `file` or the `2` of `2>file`. */
function isPartOfRedirection(word: ShellWord, previous?: ShellToken, next?: ShellToken): boolean {
  return isRedirection(previous) || (/^\d+$/.test(word.source) && isRedirection(next) && next.isAdjacent);
}

function isRedirection(token: ShellToken | undefined): token is Extract<ShellToken, { kind: 'operator' }> {
  return token?.kind === 'operator' && !SEPARATOR.test(token.text);
}

/** The texts between the backticks of a word: a command begins or ends at each. */
function splitAtBackticks({ parts }: ShellWord): string[] {
  const texts = [''];
  for (const { quoting, text } of parts) {
    const [first = '', ...more] = quoting === 'bare' ? text.split('`') : [text];
    texts.push((texts.pop() ?? '') + first, ...more);
  }
  return texts;
}

const READS = new Set([
  'log',
  'show',
  'diff',
  'status',
  'blame',
  'grep',
  'ls-files',
  'ls-tree',
  'rev-parse',
  'rev-list',
  'cat-file',
  'merge-base',
  'describe',
  'shortlog',
]);

/** Whether a call changes nothing, wherever it is sent. */
export function isGitRead({ name, args }: GitCall): boolean {
  if (name === 'worktree') return args[0] === 'list';
  return READS.has(name);
}

const BRANCH_CHANGES = /^(?:-[a-zA-Z]*[dDmMcCf][a-zA-Z]*|--delete|--move|--copy|--force)$/;
const CONFIG_READS = /^(?:--get.*|--list|-l|get|list|--show-.*)$/;

/** What a call would do to work that is not its caller's, in words, and what to do instead; undefined where it may run. */
export function judgeGitCall(
  call: GitCall,
  isPath: (name: string) => boolean,
): { what: string; instead: string } | undefined {
  const { name, args } = call;
  const ownBranch = 'Stay on your branch; the engine merges it.';
  switch (name) {
    case 'push':
      return {
        what: 'git push',
        instead: 'Commit on your branch; the engine merges it and nothing is pushed.',
      };
    case 'switch':
      return { what: 'git switch', instead: ownBranch };
    case 'checkout':
      return leavesBranch(args, isPath)
        ? { what: 'git checkout of another branch', instead: ownBranch }
        : undefined;
    case 'worktree':
      return isGitRead(call)
        ? undefined
        : { what: `git worktree ${args[0] ?? ''}`, instead: 'The engine keeps the worktrees.' };
    case 'stash':
      return { what: 'git stash (all worktrees share one)', instead: 'Commit on your branch instead.' };
    case 'branch':
      return args.some((arg) => BRANCH_CHANGES.test(arg))
        ? { what: 'a change of branches', instead: ownBranch }
        : undefined;
    case 'update-ref':
    case 'symbolic-ref':
      return { what: `git ${name}`, instead: ownBranch };
    case 'config':
      return writesConfig(args)
        ? {
            what: 'git config (all worktrees and the user share it)',
            instead: 'For one command: git -c user.name=… commit …',
          }
        : undefined;
    default:
      return undefined;
  }
}

function leavesBranch(args: readonly string[], isPath: (name: string) => boolean): boolean {
  if (args.includes('--')) return false;
  if (args.some((arg) => /^(?:-b|-B|--orphan|--detach|-d|-t|--track)$/.test(arg) || arg === '-')) return true;
  const [only, ...more] = args.filter((arg) => !arg.startsWith('-'));
  return only !== undefined && more.length === 0 && !isPath(only);
}

function writesConfig(args: readonly string[]): boolean {
  if (args.some((arg) => CONFIG_READS.test(arg))) return false;
  const named = args.filter((arg) => !arg.startsWith('-'));
  return (
    named.length !== 1 || args.some((arg) => arg.startsWith('--unset') || arg === '--edit' || arg === '-e')
  );
}
