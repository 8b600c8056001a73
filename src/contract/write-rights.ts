import { globTest } from './glob.ts';

/**
 * Makes a test of whether a path (relative to the top of a tree, with `/`) may be written: at least one glob matches it and no glob
 * that starts with `!` does. Exclusions ignore case. Hooks import this file, so it loads no library.
 */
export function writeTest(writes: readonly string[]): (path: string) => boolean {
  const inside = writes.filter((glob) => !glob.startsWith('!')).map((glob) => globTest(glob));
  const outside = writes.filter((glob) => glob.startsWith('!')).map((glob) => globTest(glob.slice(1), true));
  return (path) =>
    !path.split('/').includes('..') &&
    inside.some((matches) => matches(path)) &&
    !outside.some((matches) => matches(path));
}

/** The changed paths that none of an agent's write globs allows. */
export function strayPaths(writes: readonly string[], changedPaths: readonly string[]): string[] {
  const mayWrite = writeTest(writes);
  return changedPaths.filter((path) => !mayWrite(path));
}
