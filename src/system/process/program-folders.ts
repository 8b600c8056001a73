import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';

/** Folders in which programs of a project or of agents may lie. */
const distrusted = new Set<string>();
const filtered = new Map<string, string>();

/** Names folders whose programs the engine must not start by name: projects, worktrees and runs. */
export function distrustFolders(folders: readonly string[]): void {
  filtered.clear();
  for (const folder of folders) distrusted.add(realOf(folder));
}

/**
 * The PATH for the programs that the engine starts by name, such as git: without relative folders, without the programs of packages, and without
 * folders in the project around the working directory or in one that `distrustFolders` has named. `npx` and `npm run` put such folders first.
 */
export function pathOfEngine(path: string | undefined = process.env.PATH): string {
  const key = `${process.cwd()}\0${path}`;
  const known = filtered.get(key);
  if (known !== undefined) return known;
  const kept = listUserFolders(path, [...distrusted, findProjectAround(process.cwd())]).join(delimiter);
  filtered.set(key, kept);
  return kept;
}

/** The folders of a PATH that are absolute, outside of these projects, and no programs of packages. */
export function listUserFolders(path: string | undefined, projects: readonly string[]): string[] {
  const roots = projects.map(realOf);
  return (path ?? '').split(delimiter).filter((folder) => {
    if (!isAbsolute(folder)) return false;
    const real = realOf(folder);
    if (/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder)) return false;
    // A project at the top of the file system holds every folder.
    return !roots.some((root) => real === root || (root !== '/' && real.startsWith(root + sep)));
  });
}

/** The top of the checkout around a folder, or the folder itself. */
function findProjectAround(folder: string): string {
  for (let top = folder; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) return top;
    if (dirname(top) === top) return folder;
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
