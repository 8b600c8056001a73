/**
 * What a git command may do besides its work. `plain`: it starts no program that a repository names. `looks`: it may start one, and writes nothing of
 * the repository. `changes`: it may start one, and writes. `remote`: it talks to another repository.
 */
export type GitCommandKind = 'plain' | 'looks' | 'changes' | 'remote';

const PLAIN = new Set([
  'branch',
  'bundle',
  'check-attr',
  'check-ignore',
  'check-ref-format',
  'commit-tree',
  'config',
  'for-each-ref',
  'init',
  'ls-tree',
  'merge-base',
  'mktree',
  'rev-list',
  'rev-parse',
  'show-ref',
  'symbolic-ref',
  'update-ref',
  'version',
  'write-tree',
]);
const LOOKS = new Set([
  'status',
  'diff',
  'diff-files',
  'diff-index',
  'diff-tree',
  'log',
  'show',
  'ls-files',
  'blame',
  'grep',
]);
const REMOTE = new Set(['push', 'fetch', 'ls-remote']);

/** Commands that start no program with some arguments: they compare no content of files, show no differences and write no files. */
const PLAIN_IF: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  'cat-file': (args) => !has(args, /^--(?:textconv|filters)/),
  clone: (args) => args.includes('--no-checkout'),
  'hash-object': (args) => args.includes('--stdin') && !has(args, /^--(?:path|stdin-paths)/),
  log: (args) =>
    !has(
      args,
      /^(?:-[puUcmLGSW]|--patch|--cc|--dd|--remerge-diff|--diff-merges|--unified|--ext-diff|--textconv|--function-context)/,
    ),
  'ls-files': (args) => !has(args, /^(?:-[a-z]*m|--modified)/),
  'read-tree': (args) => !has(args, /^(?:-[a-z]*[mu]|--reset)/),
  remote: (args) => args.length === 0 || args[0] === 'get-url',
  show: (args) =>
    has(args, /^(?:--no-patch|--name-only|--name-status)$/) && !has(args, /^(?:-[pGS]|--patch)/),
  stash: (args) => args[0] === 'list',
  'update-index': (args) => args.includes('--index-info'),
  // Without a checkout, and where only links are written.
  worktree: (args) => args[0] !== 'remove' && (args[0] !== 'add' || args.includes('--no-checkout')),
};

/** The place of the command's name in the arguments of git. */
export function placeOfCommand(args: readonly string[]): number {
  return args.findIndex((word, index) => !word.startsWith('-') && !/^-[cC]$/.test(args[index - 1] ?? ''));
}

/** What the command of these arguments may do. A command that is not known here may do anything. Pure. */
export function kindOfGitCommand(args: readonly string[]): GitCommandKind {
  const at = placeOfCommand(args);
  // Only options, such as `--version`.
  const name = at < 0 ? 'version' : (args[at] ?? '');
  const rest = args.slice(at + 1);
  if (PLAIN.has(name) || PLAIN_IF[name]?.(rest) === true) return 'plain';
  if (REMOTE.has(name) || (name === 'lfs' && rest[0] === 'push')) return 'remote';
  return LOOKS.has(name) ? 'looks' : 'changes';
}

function has(args: readonly string[], pattern: RegExp): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).some((word) => pattern.test(word));
}
