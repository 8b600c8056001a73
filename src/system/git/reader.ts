/** How a git command ended, and what it printed. */
export interface GitAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

export interface GitRead {
  directory: string;
  /** The git command and its arguments, without the safe flags. */
  args: readonly string[];
  /** The whole environment of git. */
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
}

/** Runs one reading git command. Resolves to undefined if git did not end by itself. */
export type GitReader = (read: GitRead) => Promise<GitAnswer | undefined>;

let reader: GitReader | undefined;

/** Lets a library run the reading git commands of this process. Hooks and light calls set none: they load no package. */
export function setGitReader(newReader: GitReader | undefined): void {
  reader = newReader;
}

/**
 * Commands that write nothing and start no program that a repository's configuration names (filter, diff driver, monitor).
 * Every other command needs a process group, so that those programs end with git.
 */
const READING_COMMANDS = new Set([
  'check-ignore',
  'for-each-ref',
  'ls-files',
  'ls-tree',
  'merge-base',
  'rev-list',
  'rev-parse',
]);

/** The library that runs this git command; undefined if the command needs a process group, or no library is set. */
export function readerFor([command = '']: readonly string[]): GitReader | undefined {
  return READING_COMMANDS.has(command) ? reader : undefined;
}
