import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readBoundedText } from '../../system/files/bounded.ts';
import { parseGitLink } from '../../system/git/tip.io.ts';
import { accept, type Result, reject } from '../../system/result.ts';

/** The project that a folder belongs to: the git repository around it, or the folder itself. */
export function findProject(cwd: string, given?: string): Result<string> {
  const start = resolve(cwd, given ?? '.');
  if (!(statSync(start, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    return reject({
      code: 'project-not-a-folder',
      message: `there is no folder ${start}`,
      target: start,
      fix: 'name an existing folder with --project',
    });
  }
  const real = realpathSync(start);
  return accept(given === undefined ? (findRepository(real) ?? real) : real);
}

/** The top of the git checkout around a folder, which may be that of a linked worktree. */
export function findRepository(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** The repository around a folder; for a folder of a linked worktree, the repository that the worktree belongs to. */
export function findMainRepository(cwd: string): string | undefined {
  const top = findRepository(existsSync(cwd) ? realpathSync(cwd) : resolve(cwd));
  if (top === undefined || !statSync(join(top, '.git')).isFile()) return top;
  // As git writes it: `gitdir: /repository/.git/worktrees/name`.
  const link = parseGitLink(readBoundedText(join(top, '.git'))) ?? '';
  return /^(.+)\/\.git\/worktrees\/[^/]+$/.exec(link)?.[1] ?? top;
}
