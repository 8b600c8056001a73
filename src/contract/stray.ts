import { globTest } from './glob.ts';

/**
 * Tells whether a path, relative to the top of a tree and with `/`, is among what may be written: some glob matches it, and none that
 * starts with `!`. What is excluded is so in any mixture of upper and lower case. For hooks too: no library is loaded.
 */
export function writeTest(writes: readonly string[]): (path: string) => boolean {
  const inside = writes.filter((glob) => !glob.startsWith('!')).map((glob) => globTest(glob));
  const outside = writes.filter((glob) => glob.startsWith('!')).map((glob) => globTest(glob.slice(1), true));
  return (path) =>
    !path.split('/').includes('..') &&
    inside.some((matches) => matches(path)) &&
    !outside.some((matches) => matches(path));
}

/** The changed paths that an agent had no right to change. */
export function strayPaths(writes: readonly string[], changedPaths: readonly string[]): string[] {
  const mayWrite = writeTest(writes);
  return changedPaths.filter((path) => !mayWrite(path));
}
