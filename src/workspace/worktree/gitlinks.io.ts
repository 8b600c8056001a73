import { askGit, callGit } from '../../system/git/call.io.ts';

/**
 * Repositories inside a tree, as git links, that `origin` does not have at the same path: git delivers them as empty folders. A submodule that
 * `.gitmodules` of the tree and the contract's prose name is none of them.
 */
export async function listNewGitlinks(
  place: string,
  origin: string | undefined,
  tree: string,
  prose: readonly string[],
): Promise<string[]> {
  const found = await listGitlinks(place, tree);
  if (found.length === 0) return [];
  const known = new Set(origin === undefined ? [] : await listGitlinks(place, origin));
  const submodules = await listSubmodulePaths(place, tree);
  return found.filter(
    (path) => !known.has(path) && !(submodules.has(path) && prose.some((line) => line.includes(path))),
  );
}

async function listGitlinks(place: string, tree: string): Promise<string[]> {
  const output = await askGit(place, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  return output.split('\0').flatMap((entry) => /^160000 commit \S+\t([\s\S]+)$/.exec(entry)?.[1] ?? []);
}

async function listSubmodulePaths(place: string, tree: string): Promise<Set<string>> {
  const args = ['config', '-z', `--blob=${tree}:.gitmodules`, '--get-regexp', '^submodule\\..*\\.path$'];
  const { code, stdout } = await callGit(place, args);
  const values = stdout.split('\0').map((entry) => entry.slice(entry.indexOf('\n') + 1));
  return new Set(code === 0 ? values : []);
}
