import { dirname } from 'node:path';

/**
 * What a program in a sandbox may do with an existing path and all below it; of several rules the deepest counts. Paths are absolute and without
 * links. What no rule names can be read and not written.
 */
export type PathRule =
  | { path: string; access: 'read-only' | 'writable' }
  /** Neither read nor written. Rules below it make parts of it visible again. */
  | { path: string; access: 'hidden' }
  /** A file, or a socket, in whose place an empty file is seen. */
  | { path: string; access: 'empty' }
  /** A folder of which the program may write one file. Where files are mounted, `source` takes the folder's place, and what is written stays there. */
  | { path: string; access: 'one-file'; name: string; source: string };

/**
 * Returns the rules with the shallowest path first, and with a writable rule for each writable folder above a protected path. A folder with a rule of
 * its own cannot be renamed; otherwise a program could move the folder away and put another one in its place.
 */
export function arrangeRules(rules: readonly PathRule[]): PathRule[] {
  const byPath = new Map<string, PathRule>();
  for (const rule of rules) byPath.set(rule.path, rule);
  for (const { path, access } of rules) {
    // An empty file stays empty wherever its folder is moved.
    if (access === 'writable' || access === 'empty') continue;
    for (const folder of foldersAbove(path)) {
      if (!byPath.has(folder) && !isBelowProtected(folder, rules))
        byPath.set(folder, { path: folder, access: 'writable' });
    }
  }
  return [...byPath.values()].sort((a, b) => depthOf(a.path) - depthOf(b.path));
}

/** The rules without those that only say what holds anyway: a read-only path in a folder that is read-only. */
export function dropNeedlessRules(rules: readonly PathRule[]): PathRule[] {
  const last = [...new Map(rules.map((rule) => [rule.path, rule])).values()];
  return last.filter(({ path, access }) => {
    if (access !== 'read-only') return true;
    const around = last.filter((other) => path.startsWith(other.path === '/' ? '/' : `${other.path}/`));
    const deepest = around.sort((a, b) => depthOf(b.path) - depthOf(a.path))[0];
    return deepest !== undefined && deepest.access !== 'read-only';
  });
}

/** The folders above a path without the root. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === '/' || folder === path ? [] : [...foldersAbove(folder), folder];
}

/** Whether a folder is part of one that the program cannot change. */
function isBelowProtected(folder: string, rules: readonly PathRule[]): boolean {
  const around = rules.filter(({ path }) => path === '/' || path === folder || folder.startsWith(`${path}/`));
  const deepest = around.sort((a, b) => depthOf(b.path) - depthOf(a.path))[0];
  return deepest?.access !== 'writable';
}

function depthOf(path: string): number {
  return path === '/' ? 1 : path.split('/').length;
}
