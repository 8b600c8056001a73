import { existsSync, lstatSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { callGit, runPlainGit } from '../../system/git/call.io.ts';
import { requireNoPrograms } from '../../system/git/nested.io.ts';
import type { Repository } from '../../system/git/repository.io.ts';
import { findWorktreeGitDir } from '../../system/git/tip.io.ts';

const TIMEOUT_MS = 600_000;

export interface Submodule {
  name: string;
  /** Relative to the top of the worktree. */
  path: string;
}

/** A name that is safe in the name of a git setting and below `.git/modules`. */
const SAFE_NAME = /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_./ +-]*$/;

/** The submodules that `.gitmodules` of a worktree names. Those whose name is not safe are left out. */
export async function listSubmodules(place: string): Promise<Submodule[]> {
  if (!existsSync(join(place, '.gitmodules'))) return [];
  const args = ['config', '--file', '.gitmodules', '-z', '--get-regexp', '^submodule\\..*\\.path$'];
  const { stdout } = await callGit(place, args);
  return stdout.split('\0').flatMap((entry) => {
    const [, name = '', path = ''] = /^submodule\.([\s\S]*)\.path\n([\s\S]*)$/.exec(entry) ?? [];
    return SAFE_NAME.test(name) && isBelow(path) ? [{ name, path }] : [];
  });
}

// Git checks out no other path; here it keeps a walk through nested submodules inside the worktree.
function isBelow(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !path.split('/').includes('..');
}

/** The submodules whose folder in a worktree has no content, nested ones too. Paths are relative to the top of the worktree. */
export async function listEmptySubmodules(place: string): Promise<Submodule[]> {
  const empty: Submodule[] = [];
  for (const submodule of await listSubmodules(place)) {
    const folder = join(place, submodule.path);
    if (!existsSync(join(folder, '.git'))) empty.push(submodule);
    else
      for (const { name, path } of await listEmptySubmodules(folder))
        empty.push({ name, path: `${submodule.path}/${path}` });
  }
  return empty;
}

/**
 * The submodules of a worktree whose commit, as its HEAD says, is missing in the user's copy: what is checked out there is older. Submodules that the user
 * has not initialised are left out.
 */
export async function listOutdatedSubmodules(
  { commonDir }: Pick<Repository, 'commonDir'>,
  place: string,
): Promise<Submodule[]> {
  const outdated: Submodule[] = [];
  for (const submodule of await listSubmodules(place)) {
    const copy = join(commonDir, 'modules', submodule.name);
    if (!existsSync(join(copy, 'HEAD'))) continue;
    const recorded = await callGit(place, ['rev-parse', '--verify', '--quiet', `HEAD:${submodule.path}`]);
    if (recorded.code !== 0) continue;
    const { code } = await callGit(copy, ['cat-file', '-e', `${recorded.stdout.trim()}^{commit}`]);
    if (code !== 0) outdated.push(submodule);
  }
  return outdated;
}

/**
 * Checks out the submodules of a worktree, nested ones too, from the copies that the user's repository has, without the network. A submodule that is
 * not initialised there, or whose commit is missing there, stays as it is. With `which` `unfinished`, submodules that are checked out stay as they are
 * too. Does nothing in a repository without submodules.
 */
export async function fillSubmodules(
  repo: Pick<Repository, 'commonDir'>,
  place: string,
  which: 'all' | 'unfinished' = 'all',
): Promise<void> {
  for (const submodule of await listSubmodules(place)) {
    const copy = join(repo.commonDir, 'modules', submodule.name);
    if (!existsSync(join(copy, 'HEAD'))) continue;
    const folder = join(place, submodule.path);
    const isLinked = linkClone(place, submodule);
    const gitDir = findGitDir(folder);
    if (gitDir === undefined) await cloneSubmodule(place, submodule, copy);
    else {
      await requireNoPrograms(folder, gitDir, runPlainGit);
      const isUnfinished = isLinked || !existsSync(join(gitDir, 'index'));
      if (isUnfinished) removeFile(join(gitDir, 'index.lock'));
      if (which === 'all' || isUnfinished)
        await moveSubmodule(place, submodule, { copy, isForced: isUnfinished });
    }
    // Without content, git would take the folder for a part of the worktree around it.
    if (existsSync(join(folder, '.git'))) await fillSubmodules({ commonDir: copy }, folder, which);
  }
}

/** Links an empty submodule to its clone, which a worktree keeps when the submodule's files are lost. Returns whether it was so. */
function linkClone(place: string, { name, path }: Submodule): boolean {
  const folder = join(place, path);
  const parent = dirname(folder);
  const own = findGitDir(place);
  if (own === undefined || existsSync(join(folder, '.git')) || !existsSync(parent)) return false;
  const clone = join(own, 'modules', name);
  // A link that an agent has committed could lead out of the worktree.
  const isInside = `${realpathSync(parent)}/`.startsWith(`${realpathSync(place)}/`);
  if (!isInside || !existsSync(join(clone, 'HEAD')) || isLink(folder)) return false;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.git'), `gitdir: ${relative(realpathSync(folder), realpathSync(clone))}\n`);
  return true;
}

const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

async function cloneSubmodule(place: string, { name, path }: Submodule, copy: string): Promise<void> {
  // The setting is given on the command line, because worktrees share the repository's configuration.
  const settings = ['-c', 'protocol.file.allow=always', '-c', `submodule.${name}.url=${copy}`];
  const update = ['submodule', '--quiet', 'update', '--init', '--checkout', '--', path];
  await callGit(place, [...settings, ...update], { timeoutMs: TIMEOUT_MS });
}

/**
 * Checks out the commit that the worktree records in a submodule that has a clone. `git submodule update` would also write the clone's configuration,
 * which no program that git starts may change.
 */
async function moveSubmodule(
  place: string,
  { path }: Submodule,
  { copy, isForced }: { copy: string; isForced: boolean },
): Promise<void> {
  const folder = join(place, path);
  const { stdout } = await callGit(place, ['ls-files', '--stage', '-z', '--', `:(literal)${path}`]);
  const commit = /^160000 ([0-9a-f]+) 0\t/.exec(stdout)?.[1];
  if (commit === undefined) return;
  const has = await callGit(folder, ['cat-file', '-e', `${commit}^{commit}`]);
  const options = { timeoutMs: TIMEOUT_MS };
  if (has.code !== 0)
    await callGit(
      folder,
      ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', copy, commit],
      options,
    );
  await callGit(
    folder,
    ['checkout', '--quiet', '--detach', ...(isForced ? ['--force'] : []), commit],
    options,
  );
}

/** Git's folder of a submodule in a worktree; undefined if the submodule is empty. */
function findGitDir(folder: string): string | undefined {
  const gitDir = findWorktreeGitDir(folder);
  return gitDir === undefined ? undefined : resolve(folder, gitDir);
}
