import { type Dirent, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { quoteCommand } from '../command-line.ts';
import { readTextIfReadable } from '../files/bounded.ts';
import { type Diagnostic, ExpectedError, warn } from '../result.ts';
import { runPlainGit } from './call.io.ts';
import { findCheckoutAround, findCommonDir, isGitFolder, readCheckout } from './checkout.io.ts';
import { refusePipesOf } from './pipes.io.ts';
import { startsInUsersGit } from './setting-effects.ts';

/** A repository inside of a checkout. */
export interface NestedRepository {
  /** The folder that holds it. */
  place: string;
  gitDir: string;
}

/** Of a larger checkout the deeper folders are not searched. */
const MAX_FOLDERS = 20_000;
/** Folders in which no repository is looked for: package managers fill them. */
const SKIPPED = new Set(['.git', 'node_modules']);
/** Words of the settings that matter: names of settings are literal in the file. */
const WORDS =
  /fsmonitor|filter|textconv|command|external|driver|helper|include|askpass|proxy|alternate|pack|vcs|promisor|update|protocol/i;

/** The repositories in the folders of a checkout, those near its top first, up to 20,000 folders; without the one at `top`. Links are not followed. */
export function listNestedRepositories(top: string): NestedRepository[] {
  const found: NestedRepository[] = [];
  const folders = [top];
  for (let at = 0; at < folders.length && at < MAX_FOLDERS; at += 1) {
    const folder = folders[at] ?? top;
    const entries = listEntries(folder);
    if (folder !== top) found.push(...repositoryIn(folder, entries));
    for (const entry of entries)
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(join(folder, entry.name));
  }
  return found;
}

function listEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function repositoryIn(place: string, entries: readonly Dirent[]): NestedRepository[] {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('.git')) {
    const gitDir = readCheckout(place)?.gitDir;
    return gitDir !== undefined && isGitFolder(gitDir) ? [{ place, gitDir }] : [];
  }
  // Git takes a folder with these names for a bare repository.
  const isBare = ['HEAD', 'objects', 'refs'].every((name) => names.has(name));
  return isBare && isGitFolder(place) ? [{ place, gitDir: place }] : [];
}

/**
 * Warnings for repositories inside of a checkout whose own configuration names a program that the user's git starts: for a `git status` in the project if
 * the index names the repository, or for one in its folder. An agent could have made them. Submodules below the repository's own folder are left out.
 */
export async function warnOfNestedPrograms(top: string): Promise<Diagnostic[]> {
  const own = findCheckoutAround(top, [])?.gitDir;
  const warnings: Diagnostic[] = [];
  for (const { place, gitDir } of listNestedRepositories(top)) {
    if (own !== undefined && isBelow(gitDir, findCommonDir(own))) continue;
    try {
      const key = await findUsersProgram(gitDir);
      if (key !== undefined) warnings.push(describe(place, key));
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      warnings.push(...error.failure.diagnostics.map((each) => ({ ...each, severity: 'warning' as const })));
    }
  }
  return warnings;
}

function describe(place: string, key: string): Diagnostic {
  const path = quoteCommand([place]);
  return warn(
    'git-nested-program',
    `${place} is a repository inside of the project, and your git would start the program that ${key} in its configuration names`,
    {
      target: place,
      fix: `if you did not set it: git -C ${path} config --unset-all ${key}; or, if an agent has made the repository and it holds nothing that you need, remove it. Until then start no git there, and do not add it`,
    },
  );
}

/** The first such setting of a repository; a file that git would wait for is named instead. */
async function findUsersProgram(gitDir: string): Promise<string | undefined> {
  const common = findCommonDir(gitDir);
  const files = [join(common, 'config'), join(gitDir, 'config.worktree')].filter((path) => existsSync(path));
  const isClear = files.every((path) => lstatSync(path).isFile() && !WORDS.test(readTextIfReadable(path)));
  if (isClear && common === gitDir) return undefined;
  refusePipesOf(gitDir);
  const list = ['config', '--list', '--show-scope', '--includes', '-z'];
  const fields = (await runPlainGit(gitDir, [`--git-dir=${gitDir}`, ...list])).stdout.split('\0');
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [key = '', ...lines] = (fields[index + 1] ?? '').split('\n');
    const isOwn = fields[index] === 'local' || fields[index] === 'worktree';
    if (isOwn && startsInUsersGit(key, lines.join('\n'))) return key;
  }
  return undefined;
}

function isBelow(path: string, folder: string): boolean {
  try {
    return realpathSync(path).startsWith(`${realpathSync(folder)}/`);
  } catch {
    return false;
  }
}
