import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listNamesIfReadable, MAX_INDEX_BYTES, readBoundedBytes } from '../files/bounded.ts';
import { systemErrorCode } from '../files/file-error.ts';
import { hasEscapedBytes } from '../files/path-bytes.ts';
import { ExpectedError, reject } from '../result.ts';
import {
  type Checkout,
  findCheckoutAround,
  findCommonDir,
  isRedirected,
  readCheckout,
} from './checkout.io.ts';
import { kindOfGitCommand, placeOfCommand } from './command-kind.ts';
import { refusePipesOf } from './pipes.io.ts';
import type { GitAnswer } from './reader.ts';
import { startsOnEntry } from './setting-effects.ts';
import { findWorktreeGitDir } from './tip.io.ts';

/** Runs a git command that enters no nested repository. File names in its output that are not UTF-8 become what `readPathBytes` gives. */
export type PlainGit = (
  directory: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<GitAnswer>;

/** Commands that ask in each nested repository for changes and can be told not to. */
const LOOKING = new Set(['status', 'diff', 'diff-files', 'diff-index']);
/** Commands that ask so, too, and cannot be told. */
const WRITING = new Set(['add', 'checkout', 'commit', 'stash', 'submodule']);
/** The mode of a nested repository in git's index: 0160000. */
const GITLINK = Buffer.from([0, 0, 0xe0, 0]);
const MAX_DEPTH = 8;

/** A git command, where it works, and what is added to its environment. */
interface GivenCommand {
  directory: string;
  args: readonly string[];
  env: Readonly<Record<string, string>> | undefined;
}

/**
 * The arguments of a command for a checkout in which agents may have made repositories: git enters those that its index names, and starts the programs
 * that their configurations name. A command that only looks does not enter them then; for others this throws an ExpectedError. Repositories of the
 * user's, below `modules` in the repository's own folder, are trusted. In the sandbox (`isConfined`) all of them are entered.
 */
export async function avoidNestedPrograms(
  { directory, args, env }: GivenCommand,
  isConfined: boolean,
  git: PlainGit,
): Promise<readonly string[]> {
  const at = placeOfCommand(args);
  const command = args[at] ?? '';
  if (kindOfGitCommand(args) === 'plain') return args;
  if (!LOOKING.has(command) && !WRITING.has(command)) return args;
  const checkout = findCheckoutAround(directory, args.slice(0, at));
  if (checkout === undefined) return args;
  // Also in the sandbox: a named pipe in a nested repository is named by this.
  const found = await findNestedProgram(checkout, env, git);
  if (found === undefined || isConfined) return args;
  if (WRITING.has(command)) throw refuseNested(found);
  return [...args.slice(0, at + 1), '--ignore-submodules=dirty', ...args.slice(at + 1)];
}

/**
 * Throws an ExpectedError if a file sends git to another folder with a configuration of its own. Git makes it for linked worktrees only, whose `.git`
 * is a file.
 */
export function refuseRedirected(directory: string): void {
  const path = findRedirection(directory);
  if (path === undefined) return;
  throw new ExpectedError(
    reject({
      code: 'git-redirected',
      message: `${path} sends git to another folder, whose configuration names programs; git never makes this file there`,
      target: path,
      fix: `remove it: \`rm ${path}\``,
    }),
  );
}

/** The file `commondir` in a repository's own folder, where git never makes it: with its own objects the folder is not that of a linked worktree. */
function findRedirection(directory: string): string | undefined {
  const main = join(directory, '.git');
  if (isRedirected(main)) return join(main, 'commondir');
  const gitDir = findWorktreeGitDir(directory);
  const isOwn = gitDir !== undefined && existsSync(join(gitDir, 'objects'));
  return isOwn && isRedirected(gitDir) ? join(gitDir, 'commondir') : undefined;
}

/** Throws an ExpectedError if the configuration of the nested repository with this git folder names a program that git may start. */
export async function requireNoPrograms(workTree: string, gitDir: string, git: PlainGit): Promise<void> {
  const key = await findProgramKey(gitDir, git);
  if (key !== undefined) throw refuseNested({ path: workTree, key });
}

interface NestedProgram {
  path: string;
  /** The setting; undefined if the name of the repository keeps its configuration from being read. */
  key: string | undefined;
}

function refuseNested({ path: name, key }: NestedProgram): ExpectedError {
  const path = Buffer.from(name).toString();
  if (key === undefined)
    return new ExpectedError(
      reject({
        code: 'git-nested-program',
        message: `${path} is a repository inside of the checkout with a name that is not UTF-8, and git might start a program that its configuration names`,
        target: path,
        fix: 'remove it, or give its folder a name in UTF-8',
      }),
    );
  return new ExpectedError(
    reject({
      code: 'git-nested-program',
      message: `${path} is a repository inside of the checkout, and git would start the program that ${key} in its configuration names`,
      target: path,
      fix: `take the setting out (\`git -C ${path} config --unset-all ${key}\`), or set it in your own configuration if you trust the program (\`git config --global\`). If an agent has made the repository and it holds nothing that you need, remove it`,
    }),
  );
}

async function findNestedProgram(
  { gitDir, workTree }: Checkout,
  env: Readonly<Record<string, string>> | undefined,
  git: PlainGit,
  depth = 0,
): Promise<NestedProgram | undefined> {
  if (!mayHaveGitlinks(gitDir, env?.GIT_INDEX_FILE)) return undefined;
  const own = [`--git-dir=${gitDir}`, `--work-tree=${workTree}`];
  const { stdout } = await git(workTree, [...own, 'ls-files', '--stage', '-z'], env);
  const links = stdout.split('\0').filter((line) => line.startsWith('160000 '));
  const modules = join(findCommonDir(gitDir), 'modules');
  for (const link of links) {
    const nested = readCheckout(join(workTree, link.slice(link.indexOf('\t') + 1)));
    if (nested === undefined) continue;
    // A name with other bytes cannot be given to git, and a text that was decoded has lost them.
    if (hasEscapedBytes(nested.gitDir) || nested.gitDir.includes('\ufffd'))
      return { path: nested.workTree, key: undefined };
    refusePipesOf(nested.gitDir);
    // An agent can write this file in the folder of a submodule.
    if (!isRedirected(nested.gitDir) && isBelow(nested.gitDir, modules)) continue;
    const key = await findProgramKey(nested.gitDir, git);
    if (key !== undefined) return { path: nested.workTree, key };
    const deeper = depth < MAX_DEPTH && (await findNestedProgram(nested, undefined, git, depth + 1));
    if (deeper) return deeper;
  }
  return undefined;
}

/** The first setting of a repository's own configuration with which git starts a program; undefined if there is none, or no repository. */
async function findProgramKey(gitDir: string, git: PlainGit): Promise<string | undefined> {
  const list = ['config', '--list', '--show-scope', '--includes', '-z'];
  const { stdout } = await git(dirname(gitDir), [`--git-dir=${gitDir}`, ...list]);
  const fields = stdout.split('\0');
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [key = '', ...lines] = (fields[index + 1] ?? '').split('\n');
    const isOwn = fields[index] === 'local' || fields[index] === 'worktree';
    if (isOwn && startsOnEntry(key, lines.join('\n'))) return key;
  }
  return undefined;
}

/** Whether the bytes of the index leave room for a nested repository: a list of all files takes git much longer. */
function mayHaveGitlinks(gitDir: string, other: string | undefined): boolean {
  const shared = listNamesIfReadable(gitDir).filter((name) => name.startsWith('sharedindex.'));
  const files = ['index', ...shared].map((name) => join(gitDir, name));
  return [...files, ...(other === undefined ? [] : [other])].some((path) => {
    try {
      return readBoundedBytes(path, MAX_INDEX_BYTES).includes(GITLINK);
    } catch (error) {
      // Git itself looks through an index that is too large to be read here.
      return systemErrorCode(error) === 'EFBIG';
    }
  });
}

function isBelow(path: string, folder: string): boolean {
  try {
    return realpathSync(path).startsWith(`${realpathSync(folder)}/`);
  } catch {
    return false;
  }
}
